import { compareRefund } from '../domain/reconciliation/compare.js';
import { type BookedRefundRow, refundsBetween, refundsNamed } from '../store/reconciliations.js';
import type { Findings } from './findings.js';
import { LineSums, type Span } from './line-sums.js';
import type { ReconcileDeps } from './reconcile.js';

const PAGE = 500;

/**
 * Compares the refunds that have changed in the time looked at, and those that the provider has a line of in it.
 * @param sums what their lines come to that were read
 * @returns how many
 */
export async function compareRefunds(
  deps: ReconcileDeps,
  span: Span,
  sums: LineSums,
  findings: Findings,
): Promise<number> {
  let compared = 0;
  for await (const page of pagesOf(deps, span, new Set(sums.subjects()))) {
    for (const refund of page) {
      // What was changed while this run was reading is left to the next.
      if (refund.updated_at >= span.now) continue;
      findings.take(compareRefund(refund, await netsOf(deps, span, sums, refund)));
      compared += 1;
    }
  }
  return compared;
}

async function* pagesOf({ database }: ReconcileDeps, span: Span, named: Set<string>) {
  let after: string | undefined;
  for (;;) {
    const page = await refundsBetween(database.db, { ...span, after, limit: PAGE });
    for (const { refund_id } of page) named.delete(refund_id);
    yield page;
    after = page.at(-1)?.refund_id;
    if (page.length < PAGE) break;
  }
  const others = [...named];
  for (let at = 0; at < others.length; at += PAGE) {
    const page = await refundsNamed(database.db, others.slice(at, at + PAGE));
    yield page.filter(({ created_at }) => created_at < span.until);
  }
}

/**
 * Of a refund that had begun before, the first line may lie before as well, and the last one behind what was read: then the
 * provider is asked for all of them.
 */
async function netsOf(
  { provider }: ReconcileDeps,
  span: Span,
  sums: LineSums,
  { refund_id, provider_id, created_at }: BookedRefundRow,
): Promise<bigint[]> {
  const isWhole = created_at >= span.from && span.read_until >= span.now;
  if (isWhole || provider_id === null) return sums.of(refund_id);
  const all = new LineSums(span);
  for (const line of await provider.balanceTransactionsOf(provider_id)) all.add(refund_id, line);
  return all.of(refund_id);
}
