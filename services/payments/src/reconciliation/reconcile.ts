import { idSchema, type Logger } from '@florin/chassis';
import type { Database } from '@florin/postgres';
import {
  compareLines,
  compareSum,
  compareWithLedger,
  countsForPayment,
  findMissing,
  makesPayment,
} from '../domain/reconciliation/compare.js';
import { checkLedger } from '../ledger/check-ledger.js';
import type { BalanceTransaction, PaymentProvider } from '../providers/payment-provider.js';
import {
  type Booked,
  bookedBetween,
  bookedOf,
  type Finding,
  finishDay,
  openFindings,
  saveFindings,
} from '../store/reconciliations.js';
import { compareRefunds } from './compare-refunds.js';
import { collectFindings } from './findings.js';
import { LineSums } from './line-sums.js';

export interface ReconcileDeps {
  database: Pick<Database, 'db' | 'sql'>;
  provider: Pick<PaymentProvider, 'balanceTransactions' | 'balanceTransactionsOf'>;
  logger: Logger;
}

export interface Reconciled {
  day: string;
  /** Payments, refunds and lines of the provider's that were looked at. */
  compared: number;
  /** Differences that were not known before. */
  opened: number;
  findings: readonly Finding[];
}

const DAY_MS = 24 * 3_600_000;
/** A bank debit may settle a week after it was asked for: so much is looked at before, and so much later may it be booked. */
const WEEK_MS = 7 * DAY_MS;
/** The provider's clock and ours may differ. */
const SKEW_MS = 5 * 60_000;
const PAGE = 500;

/**
 * Compares ledger, payments, refunds and the provider's book up to the end of a day (UTC, `2026-11-22`) and for the week
 * before, and opens a discrepancy for each difference. It changes no money; run again, it finds the same, and resolves what
 * it sees to have been put right. What is older it leaves as it was found: a run of that day looks at it again.
 * @throws Fault or provider's error where something is away: nothing was saved
 */
export async function reconcile(deps: ReconcileDeps, day: string, now: Date): Promise<Reconciled> {
  const { database, logger } = deps;
  const until = new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS);
  const from = new Date(until.getTime() - DAY_MS - WEEK_MS);
  const findings = collectFindings(await openFindings(database.db));
  findings.takeLedger(await checkLedger(database.sql));
  const lined = new Set<string>();
  const read_until = new Date(until.getTime() + WEEK_MS);
  const span = { from, until, read_until, now };
  const [ofRefunds, ofPayments] = [new LineSums(span), new LineSums(span)];
  let compared = 0;
  // The provider may have booked a payment of the last minute on the next day, and a debit in a week: those are read too.
  for await (const lines of deps.provider.balanceTransactions(
    new Date(from.getTime() - SKEW_MS),
    read_until,
  )) {
    const inRange = lines.filter(({ created_at }) => created_at < until);
    const booked = await counterparts(deps, lines);
    for (const line of lines) {
      const payment = booked.find(line);
      if (payment !== undefined && makesPayment(line)) lined.add(payment.payment_id);
      const refund = payment?.refunds.find(({ refund_id }) => refund_id === line.refund_id);
      if (refund !== undefined) ofRefunds.add(refund.refund_id, line);
      if (payment !== undefined && countsForPayment(line, payment)) ofPayments.add(payment.payment_id, line);
    }
    findings.take(compareLines(inRange.map(booked.named), booked.get));
    findings.take(booked.all.map(compareWithLedger));
    compared += inRange.length;
  }
  for await (const payments of pagesOf(deps, { from, until })) {
    // What was paid while this run was reading is left to the next.
    const settled = payments.filter(({ updated_at }) => updated_at < now);
    findings.take([...payments.map(compareWithLedger), ...findMissing(settled, lined)]);
    // One that came back later than what was read would look as if it had not.
    if (read_until >= now) {
      findings.take(settled.flatMap((payment) => compareSum(payment, ofPayments.of(payment.payment_id))));
    }
    compared += payments.length;
  }
  compared += await compareRefunds(deps, span, ofRefunds, findings);
  const found = findings.found();
  const opened = await saveFindings(database.db, day, { found, agreed: findings.agreed() }, now);
  await finishDay(database.db, day, { compared, opened }, now);
  for (const finding of found) logger.error({ day, ...finding }, 'the books differ');
  logger.info({ day, compared, opened, differences: found.length }, 'reconciled');
  return { day, compared, opened, findings: found };
}

/** What is booked for the lines of a page, found by our id or by the provider's. */
async function counterparts({ database }: ReconcileDeps, lines: readonly BalanceTransaction[]) {
  const ids = lines.flatMap(({ payment_id }) => paymentId.safeParse(payment_id).data ?? []);
  const theirs = lines.flatMap(({ provider_id }) => provider_id ?? []);
  const all = await bookedOf(database.db, ids, theirs);
  const byId = new Map(all.map((payment) => [payment.payment_id, payment]));
  const byProviderId = new Map(all.map((payment) => [payment.provider_id, payment]));
  const find = ({ payment_id, provider_id }: BalanceTransaction): Booked | undefined =>
    byId.get(payment_id ?? '') ?? byProviderId.get(provider_id ?? '');
  return {
    all,
    find,
    get: (payment_id: string): Booked | undefined => byId.get(payment_id),
    /** The line with our id, where it only has the provider's. */
    named(line: BalanceTransaction): BalanceTransaction {
      const payment_id = line.payment_id ?? find(line)?.payment_id;
      return payment_id === undefined ? line : { ...line, payment_id };
    },
  };
}

/** What stands in metadata was written by whoever could: only an id of ours is one. */
const paymentId = idSchema('pay', 'A payment of ours.');

async function* pagesOf({ database }: ReconcileDeps, range: { from: Date; until: Date }) {
  let after: string | undefined;
  for (;;) {
    const page = await bookedBetween(database.db, { ...range, after, limit: PAGE });
    yield page;
    after = page.at(-1)?.payment_id;
    if (page.length < PAGE) return;
  }
}
