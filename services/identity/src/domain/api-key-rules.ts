import { effectiveScopes, type Role, type RoleScope, scopesOf } from './roles.js';

/** What decides whether a key is honoured. */
export interface KeyState {
  /** Until when the secret before the last rotation is good. */
  previous_expires_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  /** When the key's owner was suspended. */
  suspended_at: Date | null;
}

/** How somebody shows it. */
export interface KeyShown {
  secret: 'current' | 'previous' | 'wrong';
  from_allowed_address: boolean;
}

/**
 * - `refused`: there is nothing to say to whoever holds it: it is wrong, revoked, replaced, or its owner is suspended.
 * - `expired` and `wrong_address` are told, since the secret was right.
 */
export type KeyVerdict =
  | { verdict: 'good'; not_after: Date | undefined }
  | { verdict: 'refused' }
  | { verdict: 'expired' }
  | { verdict: 'wrong_address' };

export function judgeKey(key: KeyState, shown: KeyShown, now: Date): KeyVerdict {
  const replaced = shown.secret === 'previous' && (key.previous_expires_at ?? now) <= now;
  if (shown.secret === 'wrong' || replaced) return { verdict: 'refused' };
  if (key.revoked_at !== null || key.suspended_at !== null) return { verdict: 'refused' };
  if (key.expires_at !== null && now >= key.expires_at) return { verdict: 'expired' };
  if (!shown.from_allowed_address) return { verdict: 'wrong_address' };
  const until = shown.secret === 'previous' ? key.previous_expires_at : null;
  return { verdict: 'good', not_after: earliest(key.expires_at, until) };
}

function earliest(...times: (Date | null)[]): Date | undefined {
  return times.filter((time) => time !== null).sort((a, b) => a.getTime() - b.getTime())[0];
}

/** What a key opens now: its owner's roles may have shrunk since it was made. */
export function scopesOfKey(permissions: readonly string[], owner: readonly Role[]): RoleScope[] {
  return effectiveScopes(permissions, owner);
}

/** Some rules go by roles: a key has those alone whose every scope it has, or a narrow key of an admin would be an admin. */
export function rolesOfKey(permissions: readonly string[], owner: readonly Role[]): Role[] {
  return owner.filter(
    (role) => role === 'user' || scopesOf([role]).every((scope) => permissions.includes(scope)),
  );
}

/** What of the wanted permissions somebody does not have, and so cannot give to a key. */
export function missingPermissions(wanted: readonly string[], held: ReadonlySet<string>): string[] {
  return wanted.filter((permission) => !held.has(permission));
}

/** How a key that is made by a key stays within it. */
export interface KeyBounds {
  expires_at: Date | null;
  allowed_ips: string[] | null;
  requests_per_minute: number | null;
}

/** @returns the bounds that the new key gets, or the name of the one that it would exceed */
export function boundByParent(wanted: KeyBounds, parent: KeyBounds): KeyBounds | keyof KeyBounds {
  const { expires_at, allowed_ips, requests_per_minute } = wanted;
  if (parent.expires_at !== null && expires_at !== null && expires_at > parent.expires_at)
    return 'expires_at';
  const lists = parent.allowed_ips;
  if (lists !== null && allowed_ips?.some((block) => !lists.includes(block))) return 'allowed_ips';
  const rate = parent.requests_per_minute;
  if (rate !== null && requests_per_minute !== null && requests_per_minute > rate)
    return 'requests_per_minute';
  return {
    expires_at: expires_at ?? parent.expires_at,
    allowed_ips: allowed_ips ?? parent.allowed_ips,
    requests_per_minute: requests_per_minute ?? parent.requests_per_minute,
  };
}
