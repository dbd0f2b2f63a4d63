import { type MinorUnits, minorUnits } from './money.js';

/**
 * Divides money in proportion to `weights` without losing a minor unit, by largest remainder (Hamilton's method): every
 * part is the exact share rounded down or up, and the parts add up to the whole. Equal remainders go to the earlier part,
 * so the same input always gives the same parts.
 * @param weights none negative, not all zero; a part of weight zero gets nothing
 */
export function allocate(money: MinorUnits, weights: readonly bigint[]): MinorUnits[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new Error('weights must not be negative, and one must be positive');
  }
  // Refunds divide as payments do, with the sign turned: bigint division rounds towards zero.
  const sign = money.amount_minor < 0n ? -1n : 1n;
  const whole = sign * money.amount_minor;
  const shares = weights.map((weight, index) => ({
    index,
    part: (whole * weight) / total,
    remainder: (whole * weight) % total,
  }));
  const left = whole - shares.reduce((sum, { part }) => sum + part, 0n);
  const roundedUp = new Set(
    shares
      .toSorted((a, b) =>
        a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
      )
      .slice(0, Number(left))
      .map(({ index }) => index),
  );
  return shares.map(({ index, part }) =>
    minorUnits(sign * (roundedUp.has(index) ? part + 1n : part), money.currency),
  );
}
