/** What each role opens. Everybody is a `user`; the other roles come on top of it. */
const scopesByRole = {
  user: [
    'profile:read',
    'profile:write',
    'banking:read',
    'banking:write',
    'payments:read',
    'payments:write',
    'investing:read',
    'investing:trade',
    'billing:read',
    'billing:write',
    'fraud:read',
    'audit:read',
  ],
  developer: ['keys:manage'],
  analyst: ['fraud:read', 'fraud:review'],
  auditor: ['audit:read'],
  admin: ['admin'],
} as const;

export type Role = keyof typeof scopesByRole;
export type RoleScope = (typeof scopesByRole)[Role][number];

export const roles = Object.keys(scopesByRole) as [Role, ...Role[]];

/** The scopes of all the roles together, each once, in the table's order. */
export function scopesOf(held: readonly Role[]): RoleScope[] {
  const inOrder = roles.filter((role) => held.includes(role)).flatMap((role) => scopesByRole[role]);
  return [...new Set<RoleScope>(inOrder)];
}

/**
 * What a token opens now: what was granted, less what its owner's roles have lost since. "A token never holds more than
 * its owner's roles allow" must hold in the token's lifetime as well.
 */
export function effectiveScopes(granted: readonly string[], held: readonly Role[]): RoleScope[] {
  return scopesOf(held).filter((scope) => granted.includes(scope));
}
