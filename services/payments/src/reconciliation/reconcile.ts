import type { Logger } from '@florin/chassis';
import type { Database } from '@florin/postgres';
import {
  compareLines,
  compareWithLedger,
  type Difference,
  findMissing,
} from '../domain/reconciliation/compare.js';
import { checkLedger } from '../ledger/check-ledger.js';
import type { BalanceTransaction, PaymentProvider } from '../providers/payment-provider.js';
import {
  type Booked,
  bookedBetween,
  bookedOf,
  type Finding,
  finishDay,
  saveFindings,
} from '../store/reconciliations.js';

export interface ReconcileDeps {
  database: Pick<Database, 'db' | 'sql'>;
  provider: Pick<PaymentProvider, 'balanceTransactions'>;
  logger: Logger;
}

export interface Reconciled {
  day: string;
  /** Payments and lines of the provider's that were looked at. */
  compared: number;
  /** Differences that were not known before. */
  opened: number;
  findings: readonly Finding[];
}

const DAY_MS = 24 * 3_600_000;
/** A bank debit may settle a week after it was asked for. */
const LOOK_BACK_MS = 7 * DAY_MS;
const PAGE = 500;
/** More differences than that have one cause: whoever looks finds it in the first. */
const MOST_FINDINGS = 1_000;

/**
 * Compares ledger, payments and the provider's book up to the end of a day (UTC, `2026-11-22`) and for the week before, and
 * opens a discrepancy for each difference. It changes no money; run again, it finds the same, and resolves what has been put
 * right.
 * @throws Fault or provider's error where something is away: nothing was saved
 */
export async function reconcile(deps: ReconcileDeps, day: string, now: Date): Promise<Reconciled> {
  const { database, logger } = deps;
  const until = new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS);
  const from = new Date(until.getTime() - DAY_MS - LOOK_BACK_MS);
  const findings: Finding[] = await checkLedger(database.sql);
  const lined = new Set<string>();
  let compared = 0;
  // The provider may have booked a payment of the last minute on the next day: all its lines since are read.
  for await (const lines of deps.provider.balanceTransactions(from)) {
    const inRange = lines.filter(({ created_at }) => created_at < until);
    const booked = await counterparts(deps, lines);
    for (const line of lines) {
      const payment = booked.find(line);
      if (payment !== undefined) lined.add(payment.payment_id);
    }
    findings.push(...compareLines(inRange.map(booked.named), booked.get));
    findings.push(...booked.all.flatMap(compareWithLedger));
    compared += inRange.length;
  }
  for await (const payments of pagesOf(deps, { from, until })) {
    // What was paid while this run was reading is left to the next.
    const settled = payments.filter(({ updated_at }) => updated_at < now);
    findings.push(...payments.flatMap(compareWithLedger), ...findMissing(settled, lined));
    compared += payments.length;
  }
  const different = distinct(findings).slice(0, MOST_FINDINGS);
  const opened = await saveFindings(database.db, { day, from }, different, now);
  await finishDay(database.db, day, { compared, opened }, now);
  for (const finding of different) logger.error({ day, ...finding }, 'the books differ');
  logger.info({ day, compared, opened, differences: different.length }, 'reconciled');
  return { day, compared, opened, findings: different };
}

/** What is booked for the lines of a page, found by our id or by the provider's. */
async function counterparts({ database }: ReconcileDeps, lines: readonly BalanceTransaction[]) {
  const ids = lines.flatMap(({ payment_id }) => payment_id ?? []);
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

async function* pagesOf({ database }: ReconcileDeps, range: { from: Date; until: Date }) {
  let after: string | undefined;
  for (;;) {
    const page = await bookedBetween(database.db, { ...range, after, limit: PAGE });
    yield page;
    after = page.at(-1)?.payment_id;
    if (page.length < PAGE) return;
  }
}

function distinct(findings: readonly (Finding | Difference)[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.kind} ${finding.subject}`, finding])).values()];
}
