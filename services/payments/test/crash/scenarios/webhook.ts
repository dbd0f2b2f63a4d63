import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { toUuid } from '../../support/surroundings.js';
import { checkEvents, onlyPaymentOf, type Scenario } from '../scenario.js';
import { methodOf } from './keyed.js';

export const lostDispute: Scenario = {
  name: 'the webhook of a dispute that was lost',
  async prepare(world) {
    const { newPerson, funds, sandbox, sql } = world.around;
    const ada = await newPerson();
    const source_id = await methodOf(world, ada);
    const sides = { wallet_id: ada.wallet_id, source_id };
    const paid = { ...sides, amount: '20.00', currency: 'USD', idempotency_key: randomUUID() };
    await world.tool('fund_wallet', paid, ada);
    const { provider_id } = await onlyPaymentOf(world, ada.user_id);
    const dispute = sandbox.control.stripe.dispute(String(provider_id));
    sandbox.control.stripe.closeDispute(dispute, 'lost');
    return {
      async run() {
        await world.deliver(dispute, 'charge.dispute.closed');
        await world.wait(async () => {
          expect(await onlyPaymentOf(world, ada.user_id)).toMatchObject({ status_reason: 'returned' });
        });
      },
      async check() {
        const row = await onlyPaymentOf(world, ada.user_id);
        expect(row.status).toBe('succeeded');
        expect(await funds(ada)).toEqual([2_000n, 2_000n]);
        const accounts = await sql`
          select purpose, status, debits_posted_minor - credits_posted_minor as owed from accounts
          where user_id = ${toUuid(ada.user_id)} order by purpose`;
        expect([...accounts]).toEqual([
          { purpose: 'receivable', status: 'open', owed: 2_000n },
          { purpose: 'wallet', status: 'frozen', owed: -2_000n },
        ]);
        await checkEvents(world, row, ['created', 'succeeded', 'failed']);
      },
    };
  },
};
