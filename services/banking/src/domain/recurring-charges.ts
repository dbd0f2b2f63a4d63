import { addDays, addMonths, type Day, dayOfMonth, daysBetween } from './calendar.js';
import { type Category, whyNotSpending } from './category.js';

export interface Charge {
  transaction_id: string;
  account_id: string;
  date: Day;
  /** Below zero: money out. */
  amount_minor: bigint;
  currency: string;
  merchant: string | null;
  description: string;
  category: Category;
  category_detail: string;
}

export const cadences = ['weekly', 'biweekly', 'monthly', 'quarterly', 'yearly'] as const;
export type Cadence = (typeof cadences)[number];

export interface RecurringCharge {
  /** The merchant, or the bank's description where no merchant is known. */
  merchant: string;
  category: Category;
  account_id: string;
  cadence: Cadence;
  currency: string;
  /** The last charge, above zero. */
  amount_minor: bigint;
  /** Whether most charges differ from the one before, as a utility's do. */
  amount_varies: boolean;
  occurrences: number;
  first_date: Day;
  last_date: Day;
  last_transaction_id: string;
  next_expected_date: Day;
  /** `stopped` when the next charge is overdue by more than the cadence's tolerance. */
  status: 'active' | 'stopped';
  /** The latest change of a price that otherwise stays the same. */
  price_change?: { from_minor: bigint; to_minor: bigint; date: Day };
  /** What it costs in a year at the last amount. */
  yearly_minor: bigint;
}

interface Rhythm {
  cadence: Cadence;
  gap_days: number;
  /** Weekends, holidays and short months move a charge by this much. */
  tolerance_days: number;
  per_year: bigint;
  min_occurrences: number;
}

const rhythms: readonly Rhythm[] = [
  { cadence: 'weekly', gap_days: 7, tolerance_days: 2, per_year: 52n, min_occurrences: 4 },
  { cadence: 'biweekly', gap_days: 14, tolerance_days: 2, per_year: 26n, min_occurrences: 4 },
  { cadence: 'monthly', gap_days: 30.4, tolerance_days: 4, per_year: 12n, min_occurrences: 3 },
  { cadence: 'quarterly', gap_days: 91.3, tolerance_days: 8, per_year: 4n, min_occurrences: 3 },
  { cadence: 'yearly', gap_days: 365.25, tolerance_days: 12, per_year: 1n, min_occurrences: 2 },
];

/** Of 100 gaps between charges, how many must fit: one late or missed charge does not end a subscription. */
const FITTING_GAPS_PERCENT = 75;
/** Charges within this much of each other count as one price that rose or fell. */
const PRICE_BAND_PERCENT = 25n;

/**
 * Finds what is charged again and again: the same merchant in one currency, at a regular distance. Charges of similar
 * amount are tried on their own as well: one merchant can bill two subscriptions.
 * @param today decides what is overdue
 */
export function findRecurringCharges(charges: readonly Charge[], today: Day): RecurringCharge[] {
  const spent = charges.filter(
    (charge) =>
      charge.amount_minor < 0n && whyNotSpending(charge.category, charge.category_detail) === undefined,
  );
  return [...groupByMerchant(spent).values()]
    .flatMap((group) => recurringIn(group, today))
    .toSorted(byYearlyCost);
}

function groupByMerchant(charges: readonly Charge[]): Map<string, Charge[]> {
  const groups = new Map<string, Charge[]>();
  for (const charge of charges) {
    const key = `${charge.currency} ${nameOf(charge)
      .toLowerCase()
      .replace(/[\s\d#*]+/g, ' ')
      .trim()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [charge]);
    else group.push(charge);
  }
  return groups;
}

function recurringIn(group: readonly Charge[], today: Day): RecurringCharge[] {
  const ordered = group.toSorted(byDate);
  const whole = describe(ordered, today);
  const bands = priceBands(ordered).flatMap((band) => describe(band, today) ?? []);
  if (whole === undefined) return bands;
  return isMadeOf(whole, bands) ? bands : [whole];
}

/**
 * Whether what looks like one charge every two weeks is two a month, each at its own price. A price that rose makes two
 * bands as well, but neither of them slower than the whole.
 */
function isMadeOf(whole: RecurringCharge, bands: readonly RecurringCharge[]): boolean {
  const slowness = ({ cadence }: RecurringCharge) => cadences.indexOf(cadence);
  const covered = bands.reduce((sum, { occurrences }) => sum + occurrences, 0);
  return covered === whole.occurrences && bands.every((band) => slowness(band) > slowness(whole));
}

/** Charges of similar amount, in the order of their dates. */
function priceBands(charges: readonly Charge[]): Charge[][] {
  const bands: { from_minor: bigint; charges: Charge[] }[] = [];
  for (const charge of charges.toSorted(byAmount)) {
    const band = bands.at(-1);
    const isWithin =
      band !== undefined && spentIn(charge) * 100n <= band.from_minor * (100n + PRICE_BAND_PERCENT);
    if (isWithin) band.charges.push(charge);
    else bands.push({ from_minor: spentIn(charge), charges: [charge] });
  }
  return bands.length < 2 ? [] : bands.map((band) => band.charges.toSorted(byDate));
}

function describe(charges: readonly Charge[], today: Day): RecurringCharge | undefined {
  const rhythm = rhythmOf(charges);
  const [first] = charges;
  const last = charges.at(-1);
  if (rhythm === undefined || first === undefined || last === undefined) return undefined;
  const next_expected_date = nextDate(charges, last, rhythm);
  const amount_varies = amountVaries(charges);
  const price_change = amount_varies ? undefined : latestPriceChange(charges);
  return {
    merchant: nameOf(last),
    category: last.category,
    account_id: last.account_id,
    cadence: rhythm.cadence,
    currency: last.currency,
    amount_minor: spentIn(last),
    amount_varies,
    occurrences: charges.length,
    first_date: first.date,
    last_date: last.date,
    last_transaction_id: last.transaction_id,
    next_expected_date,
    // Banks show a charge days after it was made, hence twice the tolerance.
    status: daysBetween(next_expected_date, today) > 2 * rhythm.tolerance_days ? 'stopped' : 'active',
    ...(price_change && { price_change }),
    yearly_minor: spentIn(last) * rhythm.per_year,
  };
}

function rhythmOf(charges: readonly Charge[]): Rhythm | undefined {
  const gaps = charges.slice(1).map((charge, index) => daysBetween(charges[index]?.date ?? '', charge.date));
  return rhythms.find(({ gap_days, tolerance_days, min_occurrences }) => {
    if (charges.length < min_occurrences) return false;
    const fitting = gaps.filter((gap) => Math.abs(gap - gap_days) <= tolerance_days);
    return fitting.length * 100 >= gaps.length * FITTING_GAPS_PERCENT;
  });
}

function nextDate(charges: readonly Charge[], last: Charge, { cadence, gap_days }: Rhythm): Day {
  switch (cadence) {
    case 'weekly':
    case 'biweekly':
      return addDays(last.date, gap_days);
    case 'monthly':
      return addMonths(last.date, 1, usualDayOfMonth(charges));
    case 'quarterly':
      return addMonths(last.date, 3, usualDayOfMonth(charges));
    case 'yearly':
      return addMonths(last.date, 12);
  }
}

/** The median, so that one charge moved by a holiday moves nothing. */
function usualDayOfMonth(charges: readonly Charge[]): number {
  const days = charges.map(({ date }) => dayOfMonth(date)).toSorted((a, b) => a - b);
  return days[Math.floor(days.length / 2)] ?? 1;
}

function amountVaries(charges: readonly Charge[]): boolean {
  const changes = charges.filter((charge, index) => {
    const before = charges[index - 1];
    return before !== undefined && before.amount_minor !== charge.amount_minor;
  });
  return changes.length * 2 > charges.length - 1;
}

function latestPriceChange(charges: readonly Charge[]): RecurringCharge['price_change'] {
  const index = charges.findLastIndex((charge, at) => {
    const before = charges[at - 1];
    return before !== undefined && before.amount_minor !== charge.amount_minor;
  });
  const [before, after] = [charges[index - 1], charges[index]];
  if (before === undefined || after === undefined) return undefined;
  return { from_minor: spentIn(before), to_minor: spentIn(after), date: after.date };
}

/** Ids decide between equals, so that the result does not depend on how the charges were read. */
function byDate(a: Charge, b: Charge): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  return a.transaction_id < b.transaction_id ? -1 : 1;
}

function byAmount(a: Charge, b: Charge): number {
  if (a.amount_minor !== b.amount_minor) return a.amount_minor > b.amount_minor ? -1 : 1;
  return a.transaction_id < b.transaction_id ? -1 : 1;
}

function byYearlyCost(a: RecurringCharge, b: RecurringCharge): number {
  if (a.status !== b.status) return a.status === 'active' ? -1 : 1;
  if (a.currency !== b.currency) return a.currency < b.currency ? -1 : 1;
  if (a.yearly_minor !== b.yearly_minor) return a.yearly_minor > b.yearly_minor ? -1 : 1;
  return a.merchant < b.merchant ? -1 : 1;
}

function nameOf(charge: Charge): string {
  return charge.merchant ?? charge.description;
}

function spentIn(charge: Charge): bigint {
  return -charge.amount_minor;
}
