import type { BalanceTransaction } from '../providers/payment-provider.js';

/** What a run looks at. */
export interface Span {
  from: Date;
  until: Date;
  /** Lines of the provider's were read up to here. */
  read_until: Date;
  /** When the run began. */
  now: Date;
}

/** What lines of one subject come to, which may lie on different pages: those until the end of the day, and all. */
export class LineSums {
  readonly #sums = new Map<string, [until_minor: bigint, all_minor: bigint]>();

  constructor(private readonly span: Pick<Span, 'until'>) {}

  add(subject: string, { amount_minor, created_at }: BalanceTransaction): void {
    const [until_minor, all_minor] = this.of(subject);
    const is_until = created_at < this.span.until;
    this.#sums.set(subject, [until_minor + (is_until ? amount_minor : 0n), all_minor + amount_minor]);
  }

  of(subject: string): [until_minor: bigint, all_minor: bigint] {
    return this.#sums.get(subject) ?? [0n, 0n];
  }

  subjects(): string[] {
    return [...this.#sums.keys()];
  }
}
