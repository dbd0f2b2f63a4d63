import { uuidToId } from '@florin/chassis';
import { expect } from 'vitest';
import type { CrashWorld } from '../crash-world.js';
import { checkEvents, onlyPaymentOf, type Scenario } from '../scenario.js';
import { chargesOf, keyed, loseAnswers, methodOf } from './keyed.js';

export const transfer: Scenario = {
  name: 'a payment between wallets',
  async prepare(world) {
    const { newPerson, funds } = world.around;
    const [ada, ben] = [await newPerson(10_000n), await newPerson()];
    const sides = { source_id: ada.wallet_id, destination_id: ben.wallet_id };
    const pay = keyed(world, 'initiate_payment', { ...sides, amount: '20.00', currency: 'USD' }, ada);
    return {
      async run() {
        expect(await pay()).toMatchObject({ status: 'succeeded' });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        const payment_id = uuidToId('pay', row.payment_id);
        expect(await pay()).toMatchObject({ payment_id, status: 'succeeded', replayed: true });
        expect(await funds(ada)).toEqual([8_000n, 8_000n]);
        expect(await funds(ben)).toEqual([2_000n, 2_000n]);
        await checkEvents(world, row, ['succeeded']);
      },
    };
  },
};

export const card: Scenario = {
  name: 'a payment from a card',
  prepare: (world) => payByCard(world, false),
};

export const unansweredCard: Scenario = {
  name: 'a payment from a card whose answer is lost',
  prepare: (world) => payByCard(world, true),
};

async function payByCard(world: CrashWorld, isUnanswered: boolean) {
  const { newPerson, funds, sandbox } = world.around;
  const [ada, ben] = [await newPerson(), await newPerson()];
  const sides = { source_id: await methodOf(world, ada), destination_id: ben.wallet_id };
  const pay = keyed(world, 'initiate_payment', { ...sides, amount: '20.00', currency: 'USD' }, ada);
  let isToBeLost = isUnanswered;

  return {
    async run() {
      if (isToBeLost) loseAnswers(world, '/v1/payment_intents');
      isToBeLost = false;
      const paid = await pay();
      sandbox.control.clearFaults();
      if (!isUnanswered) {
        expect(paid).toMatchObject({ status: 'succeeded' });
        return;
      }
      const [charge] = chargesOf(world, String(paid.payment_id));
      await world.deliver(charge?.payment_intent ?? '', 'payment_intent.succeeded');
      await world.wait(async () => {
        expect(await onlyPaymentOf(world, ada.user_id)).toMatchObject({ status: 'succeeded' });
      });
    },
    async check() {
      const row = await onlyPaymentOf(world, ada.user_id);
      const payment_id = uuidToId('pay', row.payment_id);
      expect(await pay()).toMatchObject({ payment_id, status: 'succeeded', replayed: true });
      expect(chargesOf(world, payment_id)).toHaveLength(1);
      expect(await funds(ben)).toEqual([2_000n, 2_000n]);
      await checkEvents(world, row, ['created', 'succeeded']);
    },
  };
}
