import { formatMoney } from '@florin/money';
import type { LimitVerdict } from '../domain/limits.js';
import type { Reservation } from '../store/limit-reservations.js';

/** What an agent may still spend without asking, as decimal strings; empty where no limit is set. */
export function leftOf({ limits, spent_minor }: Omit<Reservation, 'verdict'>) {
  const { currency, per_transaction_minor, per_day_minor } = limits;
  const amount = (amount_minor: bigint | null) =>
    currency === null || amount_minor === null ? '' : formatMoney({ amount_minor, currency }).amount;
  return {
    per_transaction: amount(per_transaction_minor),
    today: amount(per_day_minor === null ? null : left(per_day_minor, spent_minor)),
    currency: currency ?? '',
  };
}

/** Why the person is asked, in words that follow "approve this:", for the agent and for the page of the approval. */
export function exceededText({ verdict, limits, spent_minor }: Reservation): string {
  const { currency, per_transaction_minor, per_day_minor } = limits;
  const money = (amount_minor: bigint) => {
    const shown = formatMoney({ amount_minor, currency: currency ?? '' });
    return `${shown.amount} ${shown.currency}`;
  };
  const texts: Record<Exclude<LimitVerdict, 'within'>, () => string> = {
    currency: () => `not in ${currency}, in which this agent's limits are`,
    per_transaction: () =>
      `above ${money(per_transaction_minor ?? 0n)}, the most that this agent may spend at a time`,
    per_day: () =>
      `above ${money(left(per_day_minor, spent_minor))}, which is left today of ${money(per_day_minor ?? 0n)} that this agent may spend in a day`,
  };
  return verdict === 'within' ? '' : texts[verdict]();
}

function left(per_day_minor: bigint | null, spent_minor: bigint): bigint {
  const rest = (per_day_minor ?? 0n) - spent_minor;
  return rest > 0n ? rest : 0n;
}
