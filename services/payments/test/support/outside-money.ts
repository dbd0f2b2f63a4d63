import { randomUUID } from 'node:crypto';
import { newId } from '@florin/chassis';
import { until } from '@florin/testkit';
import { expect } from 'vitest';
import {
  type Json,
  type PaymentsUnderTest,
  type Person,
  startPaymentsUnderTest,
  toUuid,
} from './payments-under-test.js';
import { startTestBanking, type TestBanking } from './test-banking.js';

/** Payments with a banking by a script, and what tests of money from outside do with both. */
export interface OutsideMoney {
  payments: PaymentsUnderTest;
  banking: TestBanking;
  /** A saved method by a test token of Stripe's. */
  method(person: Person, token: string): Promise<string>;
  /** A linked bank account. */
  account(person: Person, over?: Partial<Parameters<TestBanking['link']>[0]>): string;
  fund(person: Person, source_id: string, amount?: string, more?: Json): Promise<Json>;
  /** With the person's approval, where that is asked for. */
  withdraw(person: Person, account_id: string, amount?: string, more?: Json): Promise<Json>;
  approveLast(): string;
  get(person: Person, payment_id: unknown): Promise<Json>;
  /** Waits until the payment shows all this. */
  becomes(person: Person, payment_id: unknown, shown: Json): Promise<Json>;
  providerId(payment_id: unknown): Promise<string>;
  walletStatus(person: Person): Promise<string>;
  /** What the person owes to the house. */
  owes(person: Person): Promise<bigint>;
  /** What entries, transfers and balances contradict each other in. */
  contradictions(): Promise<unknown[]>;
  stop(): Promise<void>;
}

export async function startOutsideMoney(name: string): Promise<OutsideMoney> {
  const banking = await startTestBanking();
  const payments = await startPaymentsUnderTest(name, { BANKING_ADDRESS: banking.address });

  function approveLast(): string {
    const approval = payments.issuer.approvals.asked.at(-1);
    if (approval === undefined) throw new Error('no approval was asked for');
    approval.decision = 'granted';
    return approval.approval_id;
  }

  const get = (person: Person, payment_id: unknown) => payments.tool('get_payment', { payment_id }, person);

  return {
    payments,
    banking,
    async method(person, payment_token) {
      const added = await payments.tool('add_payment_method', { payment_token }, person);
      return String(added.payment_method_id);
    },
    account({ user_id }, over = {}) {
      const account_id = newId('acc');
      banking.link({ account_id, user_id, ...over });
      return account_id;
    },
    fund: ({ wallet_id, ...person }, source_id, amount = '20.00', more = {}) =>
      payments.tool(
        'fund_wallet',
        { wallet_id, source_id, amount, currency: 'USD', idempotency_key: randomUUID(), ...more },
        person,
      ),
    async withdraw({ wallet_id, ...person }, account_id, amount = '20.00', more = {}) {
      const args = {
        wallet_id,
        account_id,
        amount,
        currency: 'USD',
        idempotency_key: randomUUID(),
        ...more,
      };
      const answer = await payments.tool('withdraw_from_wallet', args, person);
      if (answer.status !== 'approval_required') return answer;
      return payments.tool('withdraw_from_wallet', { ...args, approval_id: approveLast() }, person);
    },
    approveLast,
    get,
    async becomes(person, payment_id, shown) {
      let found: Json = {};
      await until(
        async () => {
          found = await get(person, payment_id);
          expect(found).toMatchObject(shown);
        },
        { timeout: 20_000, interval: 50 },
      );
      return found;
    },
    async providerId(payment_id) {
      const [row] = await payments.sql<{ provider_id: string }[]>`
        select provider_id from payments where payment_id = ${toUuid(String(payment_id))}`;
      return row?.provider_id ?? '';
    },
    async walletStatus({ wallet_id }) {
      const [row] = await payments.sql<{ status: string }[]>`
        select status from accounts where account_id = ${toUuid(wallet_id)}`;
      return row?.status ?? '';
    },
    async owes({ user_id }) {
      const [row] = await payments.sql<{ owed: bigint }[]>`
        select coalesce(sum(debits_posted_minor - credits_posted_minor), 0)::bigint as owed
        from accounts where user_id = ${toUuid(user_id)} and purpose = 'receivable'`;
      return row?.owed ?? -1n;
    },
    contradictions: () => payments.contradictions(),
    async stop() {
      await payments.stop();
      banking.stop();
    },
  };
}
