interface Expiry {
  exp_month: number | null;
  exp_year: number | null;
}

/** A card is good until its month ends, wherever on earth that is last; what has no date never expires. */
export function isExpired({ exp_month, exp_year }: Expiry, now: Date): boolean {
  if (exp_month === null || exp_year === null) return false;
  // Months count from 0 there: this is the first moment of the month after, 12 hours late.
  return now.getTime() >= Date.UTC(exp_year, exp_month, 1, 12);
}
