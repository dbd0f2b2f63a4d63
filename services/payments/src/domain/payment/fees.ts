import { applyRate, type MinorUnits, minorUnits } from '@florin/money';

export type FeeKind = 'transfer' | 'charge' | 'funding' | 'withdrawal';

/** What each kind of payment costs, in basis points of its amount, on top of it. A kind that is not named is free. */
export type FeeSchedule = Readonly<Partial<Record<FeeKind, number | undefined>>>;

/** The fee for paying this amount, rounded half to even; paid by the payer beside the amount. */
export function feeFor(schedule: FeeSchedule, kind: FeeKind, amount: MinorUnits): MinorUnits {
  const rate_bps = schedule[kind] ?? 0;
  return rate_bps === 0 ? minorUnits(0n, amount.currency) : applyRate(amount, rate_bps);
}
