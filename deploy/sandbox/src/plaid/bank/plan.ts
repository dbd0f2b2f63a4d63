import { regularsOf } from './bills.js';
import { calendarDay, DAY_MS } from './days.js';
import type { AccountKind, Institution, Slot } from './institutions.js';
import {
  CARD_PAYMENT_RECEIVED,
  CARD_PAYMENT_SENT,
  FROM_CHECKING,
  FROM_SAVINGS,
  INTEREST,
  TO_CHECKING,
  TO_SAVINGS,
} from './payees.js';
import { describePerson } from './person.js';
import { type Planned, settled } from './planned.js';
import { purchasesOf } from './purchases.js';

export interface PlanRequest {
  seed: string;
  /** Names the person: the same key lives the same life. */
  key: string;
  institution: Institution;
  /** Days since 1970-01-01, both included. */
  first_day: number;
  last_day: number;
}

/** Held (or, on the credit card, owed) while the days are walked through. */
type Books = Record<Slot, number> & {
  /** Owed on the card when its last statement closed. What is bought later is paid a month later. */
  statement: number;
};

/**
 * Everything that happens to one person between two days, in the order in which it begins.
 * Pure: it depends on its arguments alone, and a later `last_day` only appends, so what a client has read
 * stays true as the clock goes on.
 */
export function planActivity({ seed, key, institution, first_day, last_day }: PlanRequest): Planned[] {
  const person = describePerson(seed, key);
  const books = openingBooks(institution.accounts);
  const slots = new Set(institution.accounts.map((account) => account.slot));
  const planned: Planned[] = [];
  for (let day = first_day; day <= last_day; day++) {
    const date = calendarDay(day);
    const regulars = regularsOf(seed, key, person, date, day - first_day);
    const purchases = purchasesOf(seed, key, date);
    const spent = [...regulars, ...purchases].filter((each) => slots.has(each.slot));
    enter(books, spent);
    const moved = transfersOf(books, day);
    planned.push(...spent, ...moved);
  }
  // A refund is planned on the day of its purchase; it may lie beyond the last day asked for.
  const end_ms = (last_day + 1) * DAY_MS;
  return planned.filter((each) => each.authorized_at_ms < end_ms).sort(byBeginning);
}

function openingBooks(accounts: readonly AccountKind[]): Books {
  const books: Books = { checking: 0, savings: 0, credit: 0, euro: 0, statement: 0 };
  for (const account of accounts) books[account.slot] = account.opening_minor;
  return books;
}

function enter(books: Books, movements: readonly Planned[]): void {
  for (const { slot, amount_minor } of movements) {
    books[slot] += slot === 'credit' ? amount_minor : -amount_minor;
  }
}

const CHECKING_FLOOR_MINOR = 120_000;
const CHECKING_TARGET_MINOR = 350_000;

/** Moves between the person's own accounts, decided by what they hold at the end of the day. */
function transfersOf(books: Books, day: number): Planned[] {
  const { day_of_month, days_in_month } = calendarDay(day);
  const moved: Planned[] = [];
  const add = (...movements: Planned[]) => {
    enter(books, movements);
    moved.push(...movements);
  };
  if (day_of_month === 15) books.statement = books.credit;
  if (day_of_month === 22) {
    const amount_minor = Math.min(books.statement, books.checking);
    if (amount_minor > 0) add(...cardPayment(day, amount_minor));
  }
  if (day_of_month === 26) {
    const amount_minor = Math.floor((books.checking - CHECKING_TARGET_MINOR) / 5_000) * 5_000;
    if (amount_minor > 0) add(...sweepToSavings(day, amount_minor));
  }
  if (books.checking < CHECKING_FLOOR_MINOR) {
    const amount_minor = Math.min(100_000, books.savings);
    if (amount_minor > 0) add(...drawFromSavings(day, amount_minor));
  }
  if (day_of_month === days_in_month) {
    // Four percent a year, paid monthly.
    const amount_minor = -Math.floor((books.savings * 4) / 1_200);
    if (amount_minor < 0) add(settled(day, 'interest', { slot: 'savings', payee: INTEREST, amount_minor }));
  }
  return moved;
}

function cardPayment(day: number, amount_minor: number): Planned[] {
  return [
    settled(day, 'card-payment/sent', { slot: 'checking', payee: CARD_PAYMENT_SENT, amount_minor }),
    settled(day, 'card-payment/received', {
      slot: 'credit',
      payee: CARD_PAYMENT_RECEIVED,
      amount_minor: -amount_minor,
    }),
  ];
}

function sweepToSavings(day: number, amount_minor: number): Planned[] {
  return [
    settled(day, 'sweep/sent', { slot: 'checking', payee: TO_SAVINGS, amount_minor }),
    settled(day, 'sweep/received', { slot: 'savings', payee: FROM_CHECKING, amount_minor: -amount_minor }),
  ];
}

function drawFromSavings(day: number, amount_minor: number): Planned[] {
  return [
    settled(day, 'draw/sent', { slot: 'savings', payee: TO_CHECKING, amount_minor }),
    settled(day, 'draw/received', { slot: 'checking', payee: FROM_SAVINGS, amount_minor: -amount_minor }),
  ];
}

function byBeginning(left: Planned, right: Planned): number {
  return left.authorized_at_ms - right.authorized_at_ms || (left.key < right.key ? -1 : 1);
}
