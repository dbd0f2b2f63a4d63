/** What a person lets an agent spend without being asked. Null where they set no such limit. */
export interface SpendingLimits {
  currency: string | null;
  per_transaction_minor: bigint | null;
  per_day_minor: bigint | null;
}

/** Which limit an amount does not fit; `currency`: they are in another one, in which it cannot be compared. */
export type LimitVerdict = 'within' | 'currency' | 'per_transaction' | 'per_day';

/** @param spent_minor what the agent has reserved today, in the currency of its limits, and not given back */
export function judgeSpending(
  limits: SpendingLimits,
  spent_minor: bigint,
  spending: { amount_minor: bigint; currency: string },
): LimitVerdict {
  if (limits.currency === null) return 'within';
  if (limits.currency !== spending.currency) return 'currency';
  const { per_transaction_minor, per_day_minor } = limits;
  if (per_transaction_minor !== null && spending.amount_minor > per_transaction_minor)
    return 'per_transaction';
  if (per_day_minor !== null && spent_minor + spending.amount_minor > per_day_minor) return 'per_day';
  return 'within';
}

/** The day that spending counts against: of the clock that services share, and not of wherever the person is. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}
