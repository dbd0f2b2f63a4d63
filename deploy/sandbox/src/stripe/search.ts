import { z } from 'zod';
import type { Call } from './endpoint.js';
import { invalid } from './errors.js';
import { integer, text } from './form.js';
import type { Kind, Kinds } from './store.js';

export const searchInput = {
  query: text,
  limit: integer.pipe(z.number().min(1).max(100)).optional(),
  page: text.optional(),
};

type Clause = (object: Record<string, unknown>) => boolean;

/**
 * `metadata['payment']:'pay_1' AND status:'succeeded'`: https://docs.stripe.com/search#search-query-language.
 * What is newer than the fault `search_lag` says is not found: "Don't use search for read-after-write flows".
 */
export function search<K extends Kind>(
  { world, account, faults }: Call,
  kind: K,
  url: string,
  input: { query: string; limit?: number | undefined; page?: string | undefined },
) {
  const clauses = clausesOf(input.query);
  const lag_ms = faults.take('search_lag', url)?.lag_ms ?? 0;
  const indexed_until = (world.nowMs() - lag_ms) / 1_000;
  const found = world.store
    .newest(kind)
    .filter((row) => row.account === account && !row.hidden.deleted)
    .map((row) => row.object as Kinds[K] & { created?: number })
    .filter((object) => (object.created ?? 0) <= indexed_until)
    .filter((object) => clauses.every((clause) => clause(object as unknown as Record<string, unknown>)));
  const start = input.page === undefined ? 0 : Number(input.page);
  if (!Number.isSafeInteger(start) || start < 0) throw invalid('Invalid page', { param: 'page' });
  const end = start + (input.limit ?? 10);
  const has_more = found.length > end;
  return {
    object: 'search_result',
    data: found.slice(start, end),
    has_more,
    next_page: has_more ? String(end) : null,
    url,
  };
}

const CLAUSE = /^(-?)(\w+)(?:\[['"]([^'"]+)['"]\])?(:|>=|<=|>|<)(?:['"]([^'"]*)['"]|(\d+|null))$/;

function clausesOf(query: string): Clause[] {
  return query.split(/\s+AND\s+/i).map((part) => {
    const match = CLAUSE.exec(part.trim());
    if (!match) throw invalid(`We were unable to parse your search query: ${part}`, { param: 'query' });
    const [, negated, field = '', key, operator = ':', quoted, bare] = match;
    const wanted = quoted ?? (bare === 'null' ? null : (bare ?? null));
    return (object) => {
      const holder = key === undefined ? object : (object[field] as Record<string, unknown> | null);
      const value = holder?.[key ?? field] ?? null;
      return compare(value, operator, wanted) !== (negated === '-');
    };
  });
}

function compare(value: unknown, operator: string, wanted: string | null): boolean {
  if (operator === ':') return wanted === null ? value === null : String(value) === wanted;
  const [left, right] = [Number(value), Number(wanted)];
  if (operator === '>') return left > right;
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
}
