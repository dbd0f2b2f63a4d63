import { randomUUID } from 'node:crypto';
import { newId, uuidToId } from '@florin/chassis';
import { expect } from 'vitest';
import { checkEvents, onlyPaymentOf, type Scenario } from '../scenario.js';
import { chargesOf, keyed, methodOf } from './keyed.js';

export const debit: Scenario = {
  name: 'money from a bank account, until it is there',
  async prepare(world) {
    const { newPerson, funds, sandbox } = world.around;
    const ada = await newPerson();
    const source_id = await methodOf(world, ada, 'pm_usBankAccount_success');
    const args = { wallet_id: ada.wallet_id, source_id, amount: '20.00', currency: 'USD' };
    const fund = keyed(world, 'fund_wallet', args, ada);
    return {
      async run() {
        await fund();
        const { provider_id } = await onlyPaymentOf(world, ada.user_id);
        sandbox.control.stripe.settleDebit(String(provider_id));
        await world.deliver(String(provider_id), 'payment_intent.succeeded');
        await world.wait(async () => {
          expect(await onlyPaymentOf(world, ada.user_id)).toMatchObject({ status: 'succeeded' });
        });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        const payment_id = uuidToId('pay', row.payment_id);
        expect(await fund()).toMatchObject({ payment_id, status: 'succeeded', replayed: true });
        expect(chargesOf(world, payment_id)).toHaveLength(1);
        expect(await funds(ada)).toEqual([2_000n, 2_000n]);
        await checkEvents(world, row, ['created', 'succeeded']);
      },
    };
  },
};

export const withdrawal: Scenario = {
  name: 'a withdrawal, until the bank has it',
  async prepare(world) {
    const { newPerson, funds, sandbox, issuer } = world.around;
    const ada = await newPerson(10_000n);
    const account_id = newId('acc');
    world.banking.link({ account_id, user_id: ada.user_id });
    const args = {
      wallet_id: ada.wallet_id,
      account_id,
      amount: '20.00',
      currency: 'USD',
      idempotency_key: randomUUID(),
    };
    await world.tool('withdraw_from_wallet', args, ada);
    const approval = issuer.approvals.asked.at(-1);
    if (approval === undefined) throw new Error('no approval was asked for');
    approval.decision = 'granted';
    const { approval_id } = approval;
    const withdraw = () => world.tool('withdraw_from_wallet', { ...args, approval_id }, ada);
    return {
      async run() {
        await withdraw();
        const { provider_id } = await onlyPaymentOf(world, ada.user_id);
        sandbox.control.stripe.payPayout(String(provider_id));
        await world.deliver(String(provider_id), 'payout.paid');
        await world.wait(async () => {
          expect(await onlyPaymentOf(world, ada.user_id)).toMatchObject({ status: 'succeeded' });
        });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        const payment_id = uuidToId('pay', row.payment_id);
        expect(await withdraw()).toMatchObject({ payment_id, status: 'succeeded', replayed: true });
        const transfers = await world.stripe.transfers.list({ transfer_group: payment_id });
        expect(transfers.data).toMatchObject([{ amount: 2_000 }]);
        const payouts = await world.stripe.payouts.list(
          {},
          { stripeAccount: String(transfers.data[0]?.destination) },
        );
        expect(payouts.data).toMatchObject([{ amount: 2_000, status: 'paid' }]);
        expect(await funds(ada)).toEqual([8_000n, 8_000n]);
        await checkEvents(world, row, ['created', 'succeeded']);
      },
    };
  },
};
