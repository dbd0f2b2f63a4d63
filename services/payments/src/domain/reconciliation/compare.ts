/** A payment that went through the provider, as our books have it. */
export interface BookedPayment {
  readonly payment_id: string;
  readonly kind: 'charge' | 'funding' | 'withdrawal';
  /** `paid`: the money has moved, whatever came of it since; `open`: it may, and the provider may know before we do. */
  readonly outcome: 'open' | 'paid' | 'unpaid';
  /** What was asked of the provider: amount and fee of a charge, the amount of a payout. */
  readonly asked_minor: bigint;
  readonly returned_minor: bigint;
  readonly provider_fee_minor: bigint | null;
  readonly refunds: readonly BookedRefund[];
  /** What the ledger holds for the payment and its refunds in the provider's clearing account; money to us is positive. */
  readonly clearing_minor: bigint;
}

export interface BookedRefund {
  readonly refund_id: string;
  readonly amount_minor: bigint;
  /** Under way, the provider may have booked it already, or not yet. */
  readonly status: 'held' | 'processing' | 'unknown' | 'succeeded' | 'failed';
}

/** A line of the provider's own book. */
export interface ProviderLine {
  readonly balance_transaction_id: string;
  readonly type: string;
  readonly payment_id?: string;
  readonly refund_id?: string;
  /** Signed: negative where the provider took it. */
  readonly amount_minor: bigint;
  readonly currency: string;
}

export type DifferenceKind =
  /** The ledger holds another sum than the payment's state says. */
  | 'ledger_differs'
  /** The provider has moved money for what we do not know. */
  | 'unknown_at_ours'
  /** We say that it was paid, and the provider has no line of it. */
  | 'missing_at_provider'
  | 'amount_differs';

export interface Difference {
  readonly kind: DifferenceKind;
  /** What differs: `pay_…`, `ref_…` or the provider's txn_…. */
  readonly subject: string;
  /** By our own books; in minor units, or a word. */
  readonly expected: string;
  readonly found: string;
}

/**
 * Whether the ledger agrees with the state of a payment: what was charged less the provider's fee, what was returned, and
 * what was refunded.
 */
export function compareWithLedger(payment: BookedPayment): Difference[] {
  const expected_minor = expectedClearing(payment);
  if (expected_minor === payment.clearing_minor) return [];
  return [difference('ledger_differs', payment.payment_id, expected_minor, payment.clearing_minor)];
}

function expectedClearing(payment: BookedPayment): bigint {
  const { outcome, asked_minor, returned_minor, provider_fee_minor, refunds } = payment;
  if (outcome !== 'paid') return 0n;
  if (payment.kind === 'withdrawal') return returned_minor - asked_minor;
  const refunded_minor = refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, refund) => sum + refund.amount_minor, 0n);
  return asked_minor - (provider_fee_minor ?? 0n) - returned_minor - refunded_minor;
}

/** Lines that are the provider's own affair: they belong to no payment, and no payment waits for them. */
const ownLines = new Set(['stripe_fee', 'payout', 'payout_failure', 'topup', 'reserve_transaction']);

/**
 * Whether each line of the provider's has its counterpart in our books.
 * @param find what is booked for a payment; undefined for what we do not know
 */
export function compareLines(
  lines: readonly ProviderLine[],
  find: (payment_id: string) => BookedPayment | undefined,
): Difference[] {
  return lines.flatMap((line) => {
    if (line.payment_id === undefined) {
      return ownLines.has(line.type) ? [] : [unknownLine(line)];
    }
    const payment = find(line.payment_id);
    return payment === undefined ? [unknownLine(line)] : compareLine(line, payment);
  });
}

function compareLine(line: ProviderLine, payment: BookedPayment): Difference[] {
  const { amount_minor } = line;
  if (line.refund_id !== undefined) {
    const refund = payment.refunds.find(({ refund_id }) => refund_id === line.refund_id);
    if (refund === undefined) return [unknownLine(line)];
    // What a refund that failed took, it gives back on a line of its own.
    const size_minor = amount_minor < 0n ? -amount_minor : amount_minor;
    if (size_minor === refund.amount_minor) return [];
    return [difference('amount_differs', refund.refund_id, refund.amount_minor, size_minor)];
  }
  switch (line.type) {
    case 'charge':
    case 'payment':
      if (payment.outcome === 'open') return [];
      if (payment.outcome === 'unpaid')
        return [difference('amount_differs', payment.payment_id, 'not paid', amount_minor)];
      if (amount_minor === payment.asked_minor) return [];
      return [difference('amount_differs', payment.payment_id, payment.asked_minor, amount_minor)];
    case 'transfer':
      if (-amount_minor === payment.asked_minor) return [];
      return [difference('amount_differs', payment.payment_id, -payment.asked_minor, amount_minor)];
    default:
      // Disputes, returns and reversals: how much of a payment they leave is compared as a sum, by the ledger.
      return [];
  }
}

/**
 * Which payments that were made have no line at the provider.
 * @param lined the payments that the provider has a line of
 */
export function findMissing(payments: readonly BookedPayment[], lined: ReadonlySet<string>): Difference[] {
  return payments
    .filter(({ outcome, payment_id }) => outcome === 'paid' && !lined.has(payment_id))
    .map(({ payment_id, asked_minor }) => difference('missing_at_provider', payment_id, asked_minor, 'none'));
}

function unknownLine({ balance_transaction_id, amount_minor }: ProviderLine): Difference {
  return difference('unknown_at_ours', balance_transaction_id, 'none', amount_minor);
}

function difference(
  kind: DifferenceKind,
  subject: string,
  expected: bigint | string,
  found: bigint | string,
): Difference {
  return { kind, subject, expected: String(expected), found: String(found) };
}
