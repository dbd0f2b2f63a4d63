import { randomUUID } from 'node:crypto';
import { uuidToId } from '@florin/chassis';
import { expect } from 'vitest';
import type { Person } from '../support/surroundings.js';
import type { CrashWorld } from './crash-world.js';
import { checkEvents, onlyPaymentOf, type Scenario } from './scenario.js';

type Json = Record<string, unknown>;

/** A call with a key of its own, the same each time that it is made. */
export function keyed(world: CrashWorld, name: string, args: Json, person: Person): () => Promise<Json> {
  const given = { currency: 'USD', ...args, idempotency_key: randomUUID() };
  return () => world.tool(name, given, person);
}

export async function cardOf(world: CrashWorld, person: Person): Promise<string> {
  const added = await world.tool('add_payment_method', { payment_token: 'pm_card_visa' }, person);
  return String(added.payment_method_id);
}

/** How often money was taken for a payment. */
export function timesCharged({ around }: CrashWorld, payment_id: string): number {
  const times = around.sandbox.control.stripe.timesCharged('payment_id');
  return times[uuidToId('pay', payment_id)] ?? 0;
}

const transfer: Scenario = {
  name: 'a payment between wallets',
  async prepare(world) {
    const { newPerson, funds } = world.around;
    const [ada, ben] = [await newPerson(10_000n), await newPerson()];
    const wallets = { source_id: ada.wallet_id, destination_id: ben.wallet_id };
    const pay = keyed(world, 'initiate_payment', { ...wallets, amount: '20.00' }, ada);
    return {
      async run() {
        expect(await pay()).toMatchObject({ status: 'succeeded' });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        expect(await pay()).toMatchObject({
          payment_id: uuidToId('pay', row.payment_id),
          status: 'succeeded',
          replayed: true,
        });
        expect(await funds(ada)).toEqual([8_000n, 8_000n]);
        expect(await funds(ben)).toEqual([2_000n, 2_000n]);
        await checkEvents(world, row, ['succeeded']);
      },
    };
  },
};

const card: Scenario = {
  name: 'a payment from a card',
  async prepare(world) {
    const { newPerson, funds } = world.around;
    const [ada, ben] = [await newPerson(), await newPerson()];
    const source_id = await cardOf(world, ada);
    const places = { source_id, destination_id: ben.wallet_id };
    const pay = keyed(world, 'initiate_payment', { ...places, amount: '20.00' }, ada);
    return {
      async run() {
        expect(await pay()).toMatchObject({ status: 'succeeded' });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        expect(await pay()).toMatchObject({
          payment_id: uuidToId('pay', row.payment_id),
          status: 'succeeded',
          replayed: true,
        });
        expect(timesCharged(world, row.payment_id)).toBe(1);
        expect(await funds(ben)).toEqual([2_000n, 2_000n]);
        await checkEvents(world, row, ['created', 'succeeded']);
      },
    };
  },
};

export const scenarios: readonly Scenario[] = [transfer, card];
