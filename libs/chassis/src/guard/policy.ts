import { fault } from '@florin/faults';
import { formatMoney, type MinorUnits, parseMoney } from '@florin/money';
import { z } from 'zod';

/** Two amounts for each currency that has any, in minor units. */
export type AmountPairs = ReadonlyMap<string, readonly [bigint, bigint]>;

/** Reads `USD=250.00/50.00,EUR=250.00/50.00`. */
export const amountPairs = z.string().transform((text, context): AmountPairs => {
  const pairs = new Map<string, readonly [bigint, bigint]>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [, currency = '', first = '', second = ''] =
      /^\s*([A-Z]{3})=(\d[\d.]*)\/(\d[\d.]*)\s*$/.exec(entry) ?? [];
    try {
      const minor = (amount: string) => parseMoney({ amount, currency }).amount_minor;
      pairs.set(currency, [minor(first), minor(second)]);
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be two amounts by currency: USD=250.00/50.00,JPY=40000/8000',
      });
      return z.NEVER;
    }
  }
  return pairs;
});

/** What a service that moves money reads besides. */
export const moneyConfig = z.object({
  /** Where fraud screens; unset: nowhere, and policy decides. */
  FRAUD_ADDRESS: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/, 'must be host:port')
    .optional(),
  /** Above which amount the person is asked, and above which for a payee never paid before. In other currencies: always. */
  APPROVAL_LIMITS: amountPairs.prefault('USD=250.00/50.00,EUR=250.00/50.00,GBP=250.00/50.00'),
  /** What may move unscreened: at a time, and by one person in a day (UTC). In other currencies: nothing. */
  UNSCREENED_LIMITS: amountPairs.prefault('USD=50.00/200.00,EUR=50.00/200.00,GBP=50.00/200.00'),
});

export interface AskedOf {
  total: MinorUnits;
  /** Who is paid, where it is somebody else. */
  payee?: { known: boolean } | undefined;
  always_ask?: string | undefined;
  /** Fraud wants to hear it from the person. */
  challenged?: boolean | undefined;
  /** How the amount does not fit what the person lets the agent spend. */
  exceeded?: string | undefined;
}

/** Why the person has to be asked, in a few words; undefined where they need not be. */
export function whyAsk(limits: AmountPairs, asked: AskedOf): string | undefined {
  const { total, payee } = asked;
  const { always_ask, exceeded, challenged } = asked;
  if (always_ask !== undefined) return always_ask;
  if (exceeded !== undefined) return exceeded;
  if (challenged === true) return 'the fraud screening wants it confirmed';
  const set = limits.get(total.currency);
  if (set === undefined) return `in ${total.currency}, for which no limit is set`;
  const [any_minor, new_payee_minor] = set;
  if (total.amount_minor > any_minor) return `above ${text(any_minor, total.currency)}`;
  if (payee?.known === false && total.amount_minor > new_payee_minor) {
    return `above ${text(new_payee_minor, total.currency)}, to a payee never paid before`;
  }
  return undefined;
}

function text(amount_minor: bigint, currency: string): string {
  return `${formatMoney({ amount_minor, currency }).amount} ${currency}`;
}

/**
 * How much a person may move in a day while nobody screens.
 * @throws Fault SCREENING_UNAVAILABLE where this is too much at a time already
 */
export function unscreenedAllowance(limits: AmountPairs, { amount_minor, currency }: MinorUnits): bigint {
  const [once_minor, day_minor] = limits.get(currency) ?? [-1n, 0n];
  if (amount_minor <= once_minor) return day_minor;
  const most = once_minor < 0n ? `nothing in ${currency}` : `at most ${text(once_minor, currency)} at a time`;
  throw fault(
    'SCREENING_UNAVAILABLE',
    `Nobody screens payments for fraud right now, and until then ${most} may move. Nothing has happened: move less, or repeat ` +
      'this later.',
  );
}
