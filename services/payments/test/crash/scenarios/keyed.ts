import { randomUUID } from 'node:crypto';
import type { Json, Person } from '../../support/surroundings.js';
import type { CrashWorld } from '../crash-world.js';

/** A call with a key of its own, the same each time that it is made. */
export function keyed(world: CrashWorld, name: string, args: Json, person: Person): () => Promise<Json> {
  const given = { ...args, idempotency_key: randomUUID() };
  return () => world.tool(name, given, person);
}

/** @param token one of Stripe's for tests */
export async function methodOf(world: CrashWorld, person: Person, token = 'pm_card_visa'): Promise<string> {
  const added = await world.tool('add_payment_method', { payment_token: token }, person);
  return String(added.payment_method_id);
}

/** All tries at money for a payment that were not refused. */
export function chargesOf({ around }: CrashWorld, payment_id: string) {
  return around.sandbox.control.stripe.charges({ payment_id }).filter(({ status }) => status !== 'failed');
}

/** The provider's answers to POST are lost, until the process is started again or faults are cleared. */
export function loseAnswers({ around }: CrashWorld, path: string): void {
  around.sandbox.control.setFault({
    provider: 'stripe',
    kind: 'drop_connection',
    after_applying: true,
    method: 'POST',
    path,
  });
}
