import { randomUUID } from 'node:crypto';
import { uuidToId } from '@florin/chassis';
import { expect } from 'vitest';
import { toUuid } from '../../support/surroundings.js';
import type { CrashWorld } from '../crash-world.js';
import { checkEvents, onlyPaymentOf, type Scenario } from '../scenario.js';
import { chargesOf, keyed, loseAnswers, methodOf } from './keyed.js';

type From = 'wallet' | 'card' | 'card, unanswered';

const scenario = (name: string, from: From): Scenario => ({ name, prepare: (world) => refund(world, from) });

export const refunds = [
  scenario('a refund between wallets', 'wallet'),
  scenario('a refund to a card', 'card'),
  scenario('a refund to a card whose answer is lost', 'card, unanswered'),
];

/** Ben gives back 5.00 of the 20.00 that Ada has paid him. */
async function refund(world: CrashWorld, from: From) {
  const { newPerson, funds, sandbox } = world.around;
  const [ada, ben] = [await newPerson(from === 'wallet' ? 10_000n : 0n), await newPerson()];
  const source_id = from === 'wallet' ? ada.wallet_id : await methodOf(world, ada);
  const sides = { source_id, destination_id: ben.wallet_id };
  const paid = { ...sides, amount: '20.00', currency: 'USD', idempotency_key: randomUUID() };
  const { payment_id } = await world.tool('initiate_payment', paid, ada);
  const giveBack = keyed(world, 'process_refund', { payment_id, amount: '5.00' }, ben);
  const hasEnded = () =>
    world.wait(async () => {
      expect(await statuses()).toEqual(['succeeded']);
    });
  let isToBeLost = from === 'card, unanswered';

  async function statuses(): Promise<string[]> {
    const rows = await world.around.sql<{ status: string }[]>`
      select status from refunds where payment_id = ${toUuid(String(payment_id))}`;
    return rows.map(({ status }) => status);
  }

  return {
    async run() {
      if (isToBeLost) loseAnswers(world, '/v1/refunds');
      isToBeLost = false;
      await giveBack();
      sandbox.control.clearFaults();
      if (from !== 'wallet') {
        const [charge] = chargesOf(world, String(payment_id));
        await world.deliver(charge?.id ?? '', 'charge.refunded');
      }
      await hasEnded();
    },
    async check() {
      const row = await onlyPaymentOf(world, ada.user_id);
      expect(row).toMatchObject({ status: 'partially_refunded' });
      expect(uuidToId('pay', row.payment_id)).toBe(payment_id);
      expect(await giveBack()).toMatchObject({ payment_id, status: 'succeeded', replayed: true });
      expect(await funds(ben)).toEqual([1_500n, 1_500n]);
      if (from === 'wallet') {
        expect(await funds(ada)).toEqual([8_500n, 8_500n]);
        return checkEvents(world, row, ['succeeded', 'refunded']);
      }
      expect(chargesOf(world, String(payment_id))).toMatchObject([{ amount_refunded: 500 }]);
      await checkEvents(world, row, ['created', 'succeeded', 'refund_requested', 'refunded']);
    },
  };
}
