/**
 * What each service of the mesh may do with a token of its own, beyond the RPCs that name it as a caller. A service that
 * acts for a person gets these scopes and not the person's: it may do its work for everybody, and nothing else for
 * anybody.
 */
const scopesByService: Readonly<Record<string, readonly string[]>> = {
  // The gateway acts with the tokens of people. Its own opens identity's Exchange, and no operation at all.
  gateway: [],
  banking: [],
  payments: [],
};

/** @returns none for a service that the table does not name */
export function scopesOfService(service: string): readonly string[] {
  return Object.hasOwn(scopesByService, service) ? (scopesByService[service] ?? []) : [];
}
