import { randomUUID } from 'node:crypto';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { type Json, type Person, toUuid } from '../support/payments-under-test.js';
import { permutations } from '../support/permutations.js';

let outside: OutsideMoney;

beforeAll(async () => {
  outside = await startOutsideMoney('webhook-order');
  // From here on nothing is delivered but what a test sends.
  stripe().holdWebhooks();
});
afterAll(() => outside?.stop());

const stripe = () => outside.payments.sandbox.control.stripe;
const DAY_MS = 86_400_000;
const ASKING_MS = 60_000;

/** What happens to a payment at the provider, and which of its events are sent in every order. */
interface Scenario {
  name: string;
  balance_minor?: bigint;
  begin(person: Person): Promise<Json>;
  /** Each after the other, all before or between the deliveries. */
  steps: ((payment_id: string, person: Person) => unknown)[];
  events: string[];
  end: { status: string; reason: string | null; wallet_minor: bigint; owed_minor: bigint };
}

const providerId = (payment_id: string) => outside.providerId(payment_id);
const settle = async (payment_id: string) => stripe().settleDebit(await providerId(payment_id));
const disputes = new Map<string, string>();
const dispute = async (payment_id: string) =>
  void disputes.set(payment_id, stripe().dispute(await providerId(payment_id)));
const close = (outcome: 'won' | 'lost') => (payment_id: string) =>
  stripe().closeDispute(disputes.get(payment_id) ?? '', outcome);
const refund = (amount?: string) => (payment_id: string, person: Person) =>
  outside.payments.tool(
    'process_refund',
    { payment_id, ...(amount !== undefined && { amount }), idempotency_key: randomUUID() },
    person,
  );
/** The first refund of the payment, as the provider knows it. */
const refundOf = async (payment_id: string) => {
  const [row] = await outside.payments.sql<{ provider_id: string }[]>`
    select provider_id from refunds where payment_id = ${toUuid(payment_id)} order by refund_id limit 1`;
  return row?.provider_id ?? '';
};
const settleRefund = async (payment_id: string) => stripe().settleRefund(await refundOf(payment_id));
const failRefund = async (payment_id: string) => stripe().failRefund(await refundOf(payment_id));

/** A debit that the bank has paid, and that is known here as paid. */
async function paidDebit(person: Person): Promise<Json> {
  const made = await outside.fund(person, await outside.method(person, 'pm_usBankAccount_success'));
  await settle(String(made.payment_id));
  const told = stripe()
    .events()
    .filter(({ type }) => type === 'payment_intent.succeeded');
  await stripe().resend([told.at(-1)?.id ?? '']);
  return outside.becomes(person, made.payment_id, { status: 'succeeded' });
}

const scenarios: Scenario[] = [
  {
    name: 'a debit that fails',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_usBankAccount_success')),
    steps: [async (payment_id) => stripe().failDebit(await providerId(payment_id), 'account_closed')],
    events: [
      'payment_intent.created',
      'payment_intent.processing',
      'charge.failed',
      'payment_intent.payment_failed',
    ],
    end: { status: 'failed', reason: 'account_closed', wallet_minor: 0n, owed_minor: 0n },
  },
  {
    name: 'a debit that settles, and is returned late',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_usBankAccount_success')),
    steps: [settle, async (payment_id) => stripe().returnDebit(await providerId(payment_id))],
    events: [
      'payment_intent.processing',
      'payment_intent.succeeded',
      'charge.dispute.created',
      'charge.dispute.closed',
    ],
    end: { status: 'succeeded', reason: 'returned', wallet_minor: 2_000n, owed_minor: 2_000n },
  },
  {
    name: 'a card that the bank wants confirmed, disputed and won',
    begin: async (person) =>
      outside.fund(person, await outside.method(person, 'pm_card_threeDSecure2Required')),
    steps: [confirm, dispute, close('won')],
    events: [
      'payment_intent.requires_action',
      'payment_intent.succeeded',
      'charge.dispute.created',
      'charge.dispute.funds_reinstated',
    ],
    end: { status: 'succeeded', reason: null, wallet_minor: 2_000n, owed_minor: 0n },
  },
  {
    name: 'a card that is disputed and lost',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_card_visa')),
    steps: [dispute, close('lost')],
    events: [
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.dispute.created',
      'charge.dispute.closed',
    ],
    end: { status: 'succeeded', reason: 'returned', wallet_minor: 2_000n, owed_minor: 2_000n },
  },
  {
    name: 'a card that is refunded in part',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_card_visa')),
    steps: [refund('5.00')],
    events: ['payment_intent.succeeded', 'charge.refunded', 'refund.created'],
    end: { status: 'partially_refunded', reason: null, wallet_minor: 1_500n, owed_minor: 0n },
  },
  {
    name: 'a refund that was made and comes back',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_card_visa')),
    steps: [refund(), failRefund],
    events: ['refund.created', 'charge.refunded', 'refund.updated', 'refund.failed'],
    end: { status: 'succeeded', reason: null, wallet_minor: 2_000n, owed_minor: 0n },
  },
  {
    name: 'two refunds of which one comes back',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_card_visa')),
    steps: [refund('5.00'), refund('3.00'), failRefund],
    events: ['payment_intent.succeeded', 'refund.created', 'refund.failed'],
    end: { status: 'partially_refunded', reason: null, wallet_minor: 1_700n, owed_minor: 0n },
  },
  {
    name: 'a refund that comes back in a dispute',
    begin: async (person) => outside.fund(person, await outside.method(person, 'pm_card_visa')),
    steps: [refund('5.00'), dispute, failRefund, close('lost')],
    events: ['refund.failed', 'charge.dispute.created', 'charge.dispute.closed'],
    end: { status: 'succeeded', reason: 'returned', wallet_minor: 2_000n, owed_minor: 1_500n },
  },
  {
    name: 'a refund to a bank that comes back',
    begin: paidDebit,
    steps: [refund('5.00'), settleRefund, failRefund],
    events: ['refund.created', 'refund.updated', 'refund.failed'],
    end: { status: 'succeeded', reason: null, wallet_minor: 2_000n, owed_minor: 0n },
  },
  {
    name: 'a withdrawal that the bank refuses',
    balance_minor: 10_000n,
    begin: (person) =>
      outside.withdraw(person, outside.account(person, { bank_token: 'btok_us_verified_noAccount' })),
    steps: [() => stripe().advance(3 * DAY_MS)],
    events: ['transfer.created', 'payout.created', 'payout.failed'],
    end: { status: 'failed', reason: 'no_account', wallet_minor: 10_000n, owed_minor: 0n },
  },
];

/** Does on the bank's page what the person does there. */
async function confirm(payment_id: string, person: Person): Promise<void> {
  const { action_url } = await outside.get(person, payment_id);
  const page = new URL(String(action_url));
  const secret = page.searchParams.get('secret') ?? '';
  await fetch(new URL(page.pathname, page), {
    method: 'POST',
    body: new URLSearchParams({ secret, outcome: 'complete' }),
    redirect: 'manual',
  });
}

interface Case {
  person: Person;
  payment_id: string;
  /** Ids of the provider's events, by type. */
  events: Map<string, string>;
  order: string[];
}

async function beginCase({ begin, balance_minor }: Scenario, order: string[]): Promise<Case> {
  const person = await outside.payments.newPerson(balance_minor);
  const events = new Map<string, string>();
  const { payment_id } = await watching(events, () => begin(person));
  return { person, payment_id: String(payment_id), events, order };
}

/** What the provider does meanwhile is this payment's. */
async function watching<Result>(events: Map<string, string>, work: () => Promise<Result>): Promise<Result> {
  const before = new Set(
    stripe()
      .events()
      .map(({ id }) => id),
  );
  const result = await work();
  for (const { id, type } of stripe().events()) if (!before.has(id)) events.set(type, id);
  return result;
}

/**
 * Every event of each order that exists, one after the other and twice on end; then all again in the opposite order. What
 * one event has led to is done before the next one comes.
 */
async function deliver(cases: readonly Case[]): Promise<void> {
  const known = cases.map(({ order, events }) => order.flatMap((type) => events.get(type) ?? []));
  const most = Math.max(...known.map(({ length }) => length));
  for (let nth = 0; nth < most; nth++) {
    for (const ids of known) {
      const id = ids[nth];
      if (id === undefined) continue;
      for (const { state } of await stripe().resend([id, id])) expect(state).toBe('delivered');
    }
    await quiet();
  }
  for (const ids of known) await stripe().resend([...ids].reverse());
  await quiet();
}

/** Waits until nothing is due, and nobody is at work on what was. */
async function quiet(): Promise<void> {
  const now = outside.payments.clock.now();
  const claimed = new Date(now.getTime() + ASKING_MS);
  await until(
    async () => {
      const [row] = await outside.payments.sql<{ open: number }[]>`
        select ((select count(*) from payments where due_at <= ${now} or due_at = ${claimed})
          + (select count(*) from refunds where due_at <= ${now} or due_at = ${claimed}))::int as open`;
      if (row?.open !== 0) throw new Error(`${row?.open} are due`);
    },
    { timeout: 30_000, interval: 5 },
  );
}

async function step(scenario: Scenario, each: Case, index: number): Promise<void> {
  await watching(each.events, async () => scenario.steps[index]?.(each.payment_id, each.person));
}

/** How the payment and its money stand. */
async function outcome({ payment_id, person }: Case): Promise<Scenario['end']> {
  const [row] = await outside.payments.sql<{ status: string; status_reason: string | null }[]>`
    select status, status_reason from payments where payment_id = ${toUuid(payment_id)}`;
  return {
    status: row?.status ?? '',
    reason: row?.status_reason ?? null,
    wallet_minor: (await outside.payments.funds(person))[0],
    owed_minor: await outside.owes(person),
  };
}

// proves: webhooks-in-any-order
describe.each(scenarios)('the events of $name', (scenario) => {
  it('lead to one end in every order, however often each comes', async () => {
    const cases: Case[] = [];
    for (const order of permutations(scenario.events)) {
      const each = await beginCase(scenario, order);
      for (const index of scenario.steps.keys()) await step(scenario, each, index);
      expect(scenario.events.filter((type) => !each.events.has(type))).toEqual([]);
      cases.push(each);
    }
    await deliver(cases);
    for (const each of cases) expect(await outcome(each), each.order.join(' ')).toEqual(scenario.end);
    expect(await outside.contradictions()).toEqual([]);
  }, 240_000);

  it('lead there as well when they come between what they tell of', async () => {
    for (const order of [scenario.events, [...scenario.events].reverse()]) {
      const each = await beginCase(scenario, order);
      for (const index of scenario.steps.keys()) {
        await deliver([each]);
        await step(scenario, each, index);
      }
      await deliver([each]);
      expect(await outcome(each), order.join(' ')).toEqual(scenario.end);
    }
    expect(await outside.contradictions()).toEqual([]);
  }, 120_000);
});

it('an event of something unknown here is acknowledged, and changes nothing', async () => {
  const events = new Map<string, string>();
  await watching(events, async () => outside.payments.sandbox.control.stripe.advance(1));
  const [id] = stripe()
    .events()
    .map((event) => event.id);
  expect(await stripe().resend([id ?? ''])).toMatchObject([{ state: 'delivered' }]);
});
