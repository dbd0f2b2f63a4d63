import { DAY_MS, HOUR_MS } from './days.js';
import type { Slot } from './institutions.js';
import type { Payee } from './payees.js';
import type { Random } from './random.js';

/** One movement in a person's life, past or to come. */
export interface Planned {
  /** Unique and stable within one person's history: '20454/groceries'. */
  key: string;
  slot: Slot;
  payee: Payee;
  /** What is posted in the end. Plaid's sign: positive is money out of the account (or more owed on it). */
  amount_minor: number;
  /** What is shown while pending; null where it never shows as pending. */
  pending_minor: number | null;
  authorized_at_ms: number;
  posted_at_ms: number;
}

type Movement = Pick<Planned, 'slot' | 'payee' | 'amount_minor'>;

/** The hour (UTC) at which banks post what was authorized on earlier days. */
const POSTING_HOUR = 9;

/** A movement that appears posted at once: payroll, direct debits, transfers. */
export function settled(day: number, label: string, movement: Movement): Planned {
  const at_ms = day * DAY_MS + POSTING_HOUR * HOUR_MS;
  return {
    ...movement,
    key: `${day}/${label}`,
    pending_minor: null,
    authorized_at_ms: at_ms,
    posted_at_ms: at_ms,
  };
}

/**
 * A card purchase: shown as pending from the moment it is made, posted one to three days later.
 * `pending_minor` differs from the final amount where a tip is added or a pump only holds a sum.
 */
export function purchased(
  day: number,
  label: string,
  random: Random,
  movement: Movement & { pending_minor?: number },
): Planned {
  const authorized_at_ms = day * DAY_MS + random.between(8 * 60, 21 * 60) * 60_000;
  const posted_at_ms = (day + random.between(1, 3)) * DAY_MS + POSTING_HOUR * HOUR_MS;
  return {
    pending_minor: movement.amount_minor,
    ...movement,
    key: `${day}/${label}`,
    authorized_at_ms,
    posted_at_ms,
  };
}
