import { type Role, roles } from './roles.js';

/** What is known when somebody comes back from another identity provider. */
export interface ArrivalState {
  /** The account that this very person of that provider belongs to, if any. */
  linked: { suspended: boolean } | undefined;
  /** The address that the provider names. */
  email: string | undefined;
  email_verified: boolean;
  /** Whether somebody is registered here with that address. */
  address_taken: boolean;
  provisions_accounts: boolean;
}

/**
 * - `prove`: the address belongs to an account here. That the provider vouches for it is no proof that the account is
 *   theirs: they sign in to it first.
 * - `unverified`: anybody may claim an address that nobody checked.
 */
export type ArrivalVerdict =
  | 'sign_in'
  | 'suspended'
  | 'provision'
  | 'prove'
  | 'unverified'
  | 'no_address'
  | 'unknown';

export function judgeArrival(arrival: ArrivalState): ArrivalVerdict {
  if (arrival.linked !== undefined) return arrival.linked.suspended ? 'suspended' : 'sign_in';
  if (arrival.email === undefined) return 'no_address';
  if (!arrival.email_verified) return 'unverified';
  if (arrival.address_taken) return 'prove';
  return arrival.provisions_accounts ? 'provision' : 'unknown';
}

/** Roles that a provider decides about, and those of them that a person has there. */
export interface MappedRoles {
  managed: Role[];
  granted: Role[];
}

/**
 * What the groups of a person make of them here.
 * @param grants_admin without it the mapping decides nothing about admins, neither for nor against
 */
export function mapRoles(
  groups: readonly string[],
  { role_mapping, grants_admin }: { role_mapping: Readonly<Record<string, Role>>; grants_admin: boolean },
): MappedRoles {
  const allowed = (role: Role) => role !== 'user' && (grants_admin || role !== 'admin');
  const named = groups
    .filter((group) => Object.hasOwn(role_mapping, group))
    .map((group) => role_mapping[group]);
  return {
    managed: roles.filter((role) => allowed(role) && Object.values(role_mapping).includes(role)),
    granted: roles.filter((role) => allowed(role) && named.includes(role)),
  };
}

/** The roles after a sign-in: those that the provider decides about as it says, all others as they were. */
export function applyMappedRoles(held: readonly Role[], { managed, granted }: MappedRoles): Role[] {
  return roles.filter((role) => (managed.includes(role) ? granted.includes(role) : held.includes(role)));
}
