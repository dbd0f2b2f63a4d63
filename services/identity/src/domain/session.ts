/** What decides whether a session's tokens are honoured. */
export interface SessionState {
  expires_at: Date;
  revoked_at: Date | null;
  /** When the session's owner was suspended. */
  suspended_at: Date | null;
}

export function isActive({ expires_at, revoked_at, suspended_at }: SessionState, now: Date): boolean {
  return revoked_at === null && suspended_at === null && now < expires_at;
}

/**
 * - `overtaken`: another call used the token while this one was on its way. A client that refreshed twice at once is no
 *   thief, and gets nothing either: its session lives, by the tokens of the other call.
 * - `revoke`: the token had been used before. One of the two who hold it stole it, and which one cannot be known.
 */
export type RefreshVerdict = 'rotate' | 'refuse' | 'overtaken' | 'revoke';

/**
 * RFC 9700, section 4.14.2: "If a refresh token is compromised and subsequently used by both the attacker and the
 * legitimate client, one of them will present an invalidated refresh token, which will inform the authorization server of
 * the breach."
 *
 * @param began when the call with the token arrived
 */
export function judgeRefresh(
  token: { used_at: Date | null },
  session: SessionState,
  began: Date,
): RefreshVerdict {
  if (!isActive(session, began)) return 'refuse';
  if (token.used_at === null) return 'rotate';
  return began <= token.used_at ? 'overtaken' : 'revoke';
}
