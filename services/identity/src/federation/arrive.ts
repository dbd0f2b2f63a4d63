import { newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { transaction } from '@florin/postgres';
import { type ArrivalState, judgeArrival } from '../domain/arrival.js';
import { applyProviderRoles, findFederatedUser, linkFederatedUser } from '../store/federated-accounts.js';
import { findByEmail, insertUserWithin } from '../store/users.js';
import type { Arrival } from './arrival.js';
import type { FederationDeps } from './deps.js';

export type Outcome =
  | { kind: 'signed_in'; user_id: string }
  /** The account of that address: whose person must sign in to it before the two are linked. */
  | { kind: 'prove'; user_id: string }
  | { kind: 'refused'; why: 'suspended' | 'unverified' | 'no_address' | 'unknown' };

interface Occasion {
  now: Date;
  traceparent: string;
}

/** Finds or makes the account of somebody who comes from another provider. What it resolves to is committed. */
export async function arrive(deps: FederationDeps, arrival: Arrival, occasion: Occasion): Promise<Outcome> {
  const linked = await findFederatedUser(deps.db, arrival);
  const { email } = arrival;
  const registered = linked === undefined && email !== undefined ? await findByEmail(deps, email) : undefined;
  const verdict = judgeArrival({ ...arrival, ...stateOf(linked, registered), email });
  switch (verdict) {
    case 'sign_in':
      return signIn(deps, linked?.user_id ?? '', arrival, occasion);
    case 'prove':
      return { kind: 'prove', user_id: registered?.user_id ?? '' };
    case 'provision':
      return provision(deps, arrival, email ?? '', occasion);
    default:
      return { kind: 'refused', why: verdict };
  }
}

function stateOf(
  linked: { suspended_at: Date | null } | undefined,
  registered: object | undefined,
): Pick<ArrivalState, 'linked' | 'address_taken'> {
  return {
    linked: linked && { suspended: linked.suspended_at !== null },
    address_taken: registered !== undefined,
  };
}

async function signIn(
  { db }: FederationDeps,
  user_id: string,
  { mapped_roles }: Arrival,
  occasion: Occasion,
): Promise<Outcome> {
  await transaction(db, (tx) => applyProviderRoles(tx, user_id, mapped_roles, occasion));
  return { kind: 'signed_in', user_id };
}

/** The account and the link together, or neither. */
async function provision(
  { db, personalData }: FederationDeps,
  arrival: Arrival,
  email: string,
  { now, traceparent }: Occasion,
): Promise<Outcome> {
  const user_id = newId('usr');
  const person = {
    user_id,
    email,
    full_name: arrival.full_name ?? email,
    password_hash: null,
    email_verified_at: now,
    roles: ['user' as const, ...arrival.mapped_roles.granted],
  };
  await transaction(db, async (tx) => {
    const made =
      (await insertUserWithin(tx, personalData, person, { now, traceparent })) &&
      (await linkFederatedUser(tx, user_id, arrival, now));
    // Another sign-in of the same person was quicker. The next one finds what that one made.
    if (!made) throw fault('CONFLICT', 'You are signing in elsewhere at the same moment. Begin again.');
  });
  return { kind: 'signed_in', user_id };
}
