/**
 * Whether a change of somebody's roles or suspension may stand. Without an admin nobody could ever make one again, and an
 * admin who was removed a moment ago removes nobody any more.
 */
export function judgeAccessChange(change: {
  /** Whether whoever does it was an active admin when it was done. */
  by_an_admin: boolean;
  /** Active admins that are left. */
  admins_after: number;
}): 'allowed' | 'not_an_admin' | 'last_admin' {
  if (!change.by_an_admin) return 'not_an_admin';
  return change.admins_after === 0 ? 'last_admin' : 'allowed';
}
