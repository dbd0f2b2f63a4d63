import { formatMoney, type Money, minorUnits } from '@florin/money';
import { type Category, type NotSpending, whyNotSpending } from './category.js';

/** Transactions of equal key, currency and category, added up. Money out is negative. */
export interface SpendingRow {
  /** The category, merchant or month (`2026-11`) that is grouped by. */
  key: string;
  currency: string;
  category: Category;
  category_detail: string;
  amount_minor: bigint;
  transactions: number;
}

export interface SpendingGroup {
  key: string;
  /** Spent less refunded: negative where more came back than went out. */
  total: Money;
  transactions: number;
  /** Share of the currency's total, in hundredths of a percent, rounded down; 0 for a group without net spending. */
  share_bps: number;
}

export interface SpendingSummary {
  groups: SpendingGroup[];
  totals: { total: Money; transactions: number }[];
  /** What was left out, so that nobody wonders where it went. */
  excluded: { reason: NotSpending; transactions: number }[];
  /** Groups beyond the most expensive `max_groups`, which are in the totals alone. */
  groups_left_out: number;
}

interface Sum {
  key: string;
  currency: string;
  spent_minor: bigint;
  transactions: number;
}

/** Adds up what was spent, by group and currency, the largest first. Refunds reduce; two currencies are never added. */
export function summarizeSpending(rows: readonly SpendingRow[], max_groups: number): SpendingSummary {
  const groups = new Map<string, Sum>();
  const totals = new Map<string, Sum>();
  const excluded = new Map<NotSpending, number>();
  for (const row of rows) {
    const reason = whyNotSpending(row.category, row.category_detail);
    if (reason !== undefined) {
      excluded.set(reason, (excluded.get(reason) ?? 0) + row.transactions);
      continue;
    }
    addTo(groups, JSON.stringify([row.currency, row.key]), row);
    addTo(totals, row.currency, row);
  }
  const ranked = [...groups.values()].toSorted(byCurrencyThenSpent);
  return {
    groups: ranked.slice(0, max_groups).map((sum) => ({
      key: sum.key,
      total: money(sum),
      transactions: sum.transactions,
      share_bps: shareOf(sum, totals.get(sum.currency)),
    })),
    totals: [...totals.values()]
      .toSorted(byCurrencyThenSpent)
      .map((sum) => ({ total: money(sum), transactions: sum.transactions })),
    excluded: [...excluded].toSorted().map(([reason, transactions]) => ({ reason, transactions })),
    groups_left_out: Math.max(0, ranked.length - max_groups),
  };
}

function addTo(sums: Map<string, Sum>, at: string, row: SpendingRow): void {
  const { key, currency } = row;
  const sum = sums.get(at) ?? { key, currency, spent_minor: 0n, transactions: 0 };
  sum.spent_minor -= row.amount_minor;
  sum.transactions += row.transactions;
  sums.set(at, sum);
}

function shareOf(sum: Sum, total: Sum | undefined): number {
  if (total === undefined || total.spent_minor <= 0n || sum.spent_minor <= 0n) return 0;
  return Number((sum.spent_minor * 10_000n) / total.spent_minor);
}

function byCurrencyThenSpent(a: Sum, b: Sum): number {
  if (a.currency !== b.currency) return a.currency < b.currency ? -1 : 1;
  if (a.spent_minor !== b.spent_minor) return a.spent_minor > b.spent_minor ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

function money(sum: Sum): Money {
  return formatMoney(minorUnits(sum.spent_minor, sum.currency));
}
