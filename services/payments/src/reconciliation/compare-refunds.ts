import { compareRefund } from '../domain/reconciliation/compare.js';
import type { BalanceTransaction } from '../providers/payment-provider.js';
import { type BookedRefundRow, refundsBetween, refundsNamed } from '../store/reconciliations.js';
import type { Findings } from './findings.js';
import type { ReconcileDeps } from './reconcile.js';

const PAGE = 500;

export interface Span {
  from: Date;
  until: Date;
  /** Lines of the provider's were read up to here. */
  read_until: Date;
  /** When the run began. */
  now: Date;
}

/** What lines come to: those until the end of the day, and those until now. */
interface Net {
  until_minor: bigint;
  all_minor: bigint;
}

/** Sums up the lines of refunds, which may lie on different pages, and compares them with the refunds. */
export class RefundLines {
  readonly #nets = new Map<string, Net>();
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  add(refund_id: string, line: BalanceTransaction): void {
    this.#nets.set(refund_id, plus(this.#nets.get(refund_id), line, this.#span));
  }

  /**
   * Compares those that have changed in the time looked at, and those that the provider has a line of in it.
   * @returns how many
   */
  async compare(deps: ReconcileDeps, findings: Findings): Promise<number> {
    let compared = 0;
    const named = new Set(this.#nets.keys());
    for await (const page of this.#refunds(deps, named)) {
      for (const refund of page) {
        // What was changed while this run was reading is left to the next.
        if (refund.updated_at >= this.#span.now) continue;
        const { until_minor, all_minor } = await this.#netOf(deps, refund);
        findings.take(compareRefund(refund, [until_minor, all_minor]));
        compared += 1;
      }
    }
    return compared;
  }

  async *#refunds({ database }: ReconcileDeps, named: Set<string>): AsyncIterable<BookedRefundRow[]> {
    let after: string | undefined;
    for (;;) {
      const page = await refundsBetween(database.db, { ...this.#span, after, limit: PAGE });
      for (const { refund_id } of page) named.delete(refund_id);
      yield page;
      after = page.at(-1)?.refund_id;
      if (page.length < PAGE) break;
    }
    const others = [...named];
    for (let at = 0; at < others.length; at += PAGE) {
      const page = await refundsNamed(database.db, others.slice(at, at + PAGE));
      yield page.filter(({ created_at }) => created_at < this.#span.until);
    }
  }

  /**
   * Of a refund that had begun before, the first line may lie before as well, and the last one behind what was read: then
   * the provider is asked for all of them.
   */
  async #netOf({ provider }: ReconcileDeps, refund: BookedRefundRow): Promise<Net> {
    const { from, read_until, now } = this.#span;
    const isWhole = refund.created_at >= from && read_until >= now;
    if (isWhole || refund.provider_id === null) return this.#nets.get(refund.refund_id) ?? nothing;
    const lines = await provider.balanceTransactionsOf(refund.provider_id);
    return lines.reduce((net, line) => plus(net, line, this.#span), nothing);
  }
}

const nothing: Net = { until_minor: 0n, all_minor: 0n };

function plus(net: Net = nothing, { amount_minor, created_at }: BalanceTransaction, { until }: Span): Net {
  return {
    until_minor: net.until_minor + (created_at < until ? amount_minor : 0n),
    all_minor: net.all_minor + amount_minor,
  };
}
