import { uuidToId } from '@florin/chassis';
import { expect } from 'vitest';
import { toUuid } from '../support/surroundings.js';
import type { CrashWorld } from './crash-world.js';

/** One thing that somebody does with money, and how it is to end whatever happens. */
export interface Scenario {
  name: string;
  /** New people, and what they have. Not watched. */
  prepare(world: CrashWorld): Promise<Attempt>;
}

export interface Attempt {
  /** All that is done, by the person and by the provider, until the end. Done again it makes no difference. */
  run(): Promise<void>;
  /** That the end is the right one. */
  check(): Promise<void>;
}

export interface Row {
  payment_id: string;
  status: string;
  status_reason: string | null;
  provider_id: string | null;
  events: number;
  due_at: Date | null;
}

/** The payments that a person has made. Read past the process, whose statements are counted. */
async function paymentsOf({ around }: CrashWorld, user_id: string): Promise<Row[]> {
  return around.sql<Row[]>`
    select payment_id, status, status_reason, provider_id, events, due_at from payments
    where user_id = ${toUuid(user_id)}`;
}

/** The one payment that a person has made. */
export async function onlyPaymentOf(world: CrashWorld, user_id: string): Promise<Row> {
  const rows = await paymentsOf(world, user_id);
  expect(rows).toHaveLength(1);
  const [row] = rows;
  if (row === undefined) throw new Error('no payment');
  return row;
}

/** Whose outcome nobody has asked for yet. */
export async function untilNothingIsOpen({ around, wait }: CrashWorld): Promise<void> {
  await wait(async () => {
    const [row] = await around.sql<{ open: number }[]>`
      select ((select count(*) from payments where status in ('authorized', 'unknown')
          or status = 'processing' and provider_id is null)
        + (select count(*) from refunds where status = 'unknown' or status = 'processing' and provider_id is null)
        )::int as open`;
    if (row?.open !== 0) throw new Error(`${row?.open} payments or refunds are open`);
  });
}

/** What holds of all that was ever done here, once it has ended. */
export async function checkBooks({ around }: CrashWorld): Promise<void> {
  expect(await around.contradictions()).toEqual([]);
  const pending = await around.sql`
    select account_id, debits_pending_minor, credits_pending_minor from accounts
    where debits_pending_minor <> 0 or credits_pending_minor <> 0`;
  expect([...pending]).toEqual([]);
}

/** That a payment told of itself just this, in one unbroken order. */
export async function checkEvents({ around }: CrashWorld, row: Row, names: string[]): Promise<void> {
  const told = await around.sql<{ type: string; sequence: bigint }[]>`
    select event->>'type' as type, (event->>'sequence')::bigint as sequence from outbox
    where event->>'subject' = ${uuidToId('pay', row.payment_id)} order by position`;
  expect(told.map(({ type }) => type)).toEqual(names.map((name) => `florin.payments.payment.${name}.v1`));
  expect(told.map(({ sequence }) => sequence)).toEqual(names.map((_, index) => BigInt(index + 1)));
  expect(row.events).toBe(names.length);
}
