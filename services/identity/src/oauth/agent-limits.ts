import { formatMoney } from '@florin/money';
import type { Queryable } from '@florin/postgres';
import { and, eq } from 'drizzle-orm';
import { agents } from '../store/schema-agents.js';

/** What a person lets a client spend and use, in the words of the consent page; empty where no limits are set. */
export async function limitsInWords(db: Queryable, user_id: string, client_id: string): Promise<string[]> {
  const [agent] = await db
    .select()
    .from(agents)
    .where(and(eq(agents.user_id, user_id), eq(agents.client_id, client_id)));
  if (agent === undefined) return [];
  const { currency, per_transaction_minor, per_day_minor, allowed_tools } = agent;
  const money = (amount_minor: bigint) => {
    const shown = formatMoney({ amount_minor, currency: currency ?? '' });
    return `${shown.amount} ${shown.currency}`;
  };
  return [
    ...(per_transaction_minor === null ? [] : [`at most ${money(per_transaction_minor)} at a time`]),
    ...(per_day_minor === null ? [] : [`at most ${money(per_day_minor)} a day`]),
    ...(allowed_tools === null ? [] : [`only with ${allowed_tools.join(', ') || 'no tool at all'}`]),
  ];
}
