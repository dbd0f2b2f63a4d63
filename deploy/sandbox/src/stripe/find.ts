import { invalid, missing } from './errors.js';
import type { Kind, Row } from './store.js';
import type { World } from './world.js';

/** What Stripe calls things in `No such …`, and the parameter it blames when the address names one. */
const NOUNS: Partial<Record<Kind, readonly [noun: string, param: string]>> = {
  account: ['account', 'account'],
  balance_transaction: ['balance transaction', 'id'],
  bank_account: ['external account', 'id'],
  'checkout.session': ['checkout.session', 'session'],
  customer: ['customer', 'customer'],
  payment_intent: ['payment_intent', 'intent'],
  payment_method: ['PaymentMethod', 'payment_method'],
  setup_intent: ['setupintent', 'intent'],
  webhook_endpoint: ['webhook endpoint', 'webhook_endpoint'],
};

/** The object that an address names: another account's is as none. */
export function addressed<K extends Kind>(world: World, kind: K, id: string, account: string | null): Row<K> {
  const row = world.store.get(kind, id);
  const [noun, param] = NOUNS[kind] ?? [kind, kind];
  if (!row || row.account !== account) throw missing(noun, id, param, 404);
  return row;
}

/** The object that a parameter names. */
export function named<K extends Kind>(
  world: World,
  kind: K,
  id: string,
  account: string | null,
  param: string,
): Row<K> {
  const row = world.store.get(kind, id);
  const [noun] = NOUNS[kind] ?? [kind, kind];
  if (!row || row.account !== account || row.hidden.deleted) throw missing(noun, id, param, 400);
  return row;
}

/** "An Account header was supplied" for an account that is not there. */
export function connectedAccount(world: World, id: string): string {
  const row = world.store.get('account', id);
  if (!row || row.hidden.deleted) {
    throw invalid(
      `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
      { code: 'account_invalid', status: 403 },
    );
  }
  return id;
}
