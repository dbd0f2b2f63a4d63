/** A payment that went through the provider, as our books have it. */
export interface BookedPayment {
  readonly payment_id: string;
  readonly kind: 'charge' | 'funding' | 'withdrawal';
  /** pi_…, tr_… or po_…, once it is known. */
  readonly provider_id: string | null;
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
  /** pi_… of the charge that it belongs to, or whatever else it is of. */
  readonly provider_id?: string;
  readonly payment_id?: string;
  readonly refund_id?: string;
  /** Signed: negative where the provider took it. */
  readonly amount_minor: bigint;
  readonly currency: string;
}

export const differenceKinds = [
  /** The ledger holds another sum than the payment's state says. */
  'ledger_differs',
  /** The provider has moved money for what we do not know. */
  'unknown_at_ours',
  /** We say that it was paid, and the provider has no line of it. */
  'missing_at_provider',
  'amount_differs',
  /** What the provider's lines of a refund come to is not what its state says. */
  'refund_differs',
] as const;

export type DifferenceKind = (typeof differenceKinds)[number];

/** What was compared with what: the same, or a difference. */
export interface Comparison {
  readonly kind: DifferenceKind;
  /** What was looked at: `pay_…`, `ref_…` or the provider's txn_…. */
  readonly subject: string;
  /** By our own books; in minor units, or a word. */
  readonly expected: string;
  readonly found: string;
}

export function isDifference({ expected, found }: Pick<Comparison, 'expected' | 'found'>): boolean {
  return expected !== found;
}

/**
 * Whether the ledger agrees with the state of a payment: what was charged less the provider's fee, what was returned, and
 * what was refunded.
 */
export function compareWithLedger(payment: BookedPayment): Comparison {
  return compared('ledger_differs', payment.payment_id, expectedClearing(payment), payment.clearing_minor);
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
): Comparison[] {
  return lines.flatMap((line) => {
    if (line.payment_id === undefined && ownLines.has(line.type)) return [];
    const payment = line.payment_id === undefined ? undefined : find(line.payment_id);
    if (payment === undefined || !isOf(line, payment)) return [unknownLine(line)];
    return [knownLine(line), ...compareLine(line, payment)];
  });
}

const refundLines = new Set(['refund', 'payment_refund', 'refund_failure']);

/** Whether the payment, which a line may only say that it is of, has asked for it. */
function isOf(line: ProviderLine, payment: BookedPayment): boolean {
  if (line.refund_id !== undefined) {
    return payment.refunds.some(({ refund_id }) => refund_id === line.refund_id);
  }
  if (refundLines.has(line.type)) return false;
  // A payment is charged once: what another intent has charged for it, it was charged besides.
  const isCharge = line.type === 'charge' || line.type === 'payment';
  return !isCharge || payment.outcome !== 'paid' || line.provider_id === payment.provider_id;
}

function compareLine(line: ProviderLine, payment: BookedPayment): Comparison[] {
  const { amount_minor } = line;
  // As a sum: see {@link compareRefund}.
  if (line.refund_id !== undefined) return [];
  const amounts = (expected: bigint) =>
    compared('amount_differs', payment.payment_id, expected, amount_minor);
  switch (line.type) {
    case 'charge':
    case 'payment':
      // What came to nothing is compared as a sum: see {@link compareSum}.
      return payment.outcome === 'paid' ? [amounts(payment.asked_minor)] : [];
    case 'transfer':
      return [amounts(-payment.asked_minor)];
    default:
      // Disputes, returns and reversals: how much of a payment they leave is compared as a sum, by the ledger.
      return [];
  }
}

/**
 * Whether the lines of a refund come to what its state says: all of it was taken, or, where it has failed, nothing, be it
 * that nothing ever was, or that it came back on a line of its own. Under way, it may be either.
 * @param nets what the lines come to; of several, as at several moments, one that fits is enough
 */
export function compareRefund(refund: BookedRefund, nets: readonly bigint[]): Comparison[] {
  if (refund.status !== 'succeeded' && refund.status !== 'failed') return [];
  const expected_minor = refund.status === 'succeeded' ? -refund.amount_minor : 0n;
  return [fitting('refund_differs', refund.refund_id, expected_minor, nets)];
}

/**
 * Whether what has left for a withdrawal, less what came back, is what its state says, and whether a charge that came to
 * nothing has brought nothing.
 * @param nets what the lines come to that {@link countsForPayment}, as of {@link compareRefund}
 */
export function compareSum(payment: BookedPayment, nets: readonly bigint[]): Comparison[] {
  const { payment_id, outcome, asked_minor, returned_minor } = payment;
  if (outcome === 'unpaid') return [fitting('amount_differs', payment_id, 0n, nets)];
  if (payment.kind !== 'withdrawal' || outcome === 'open') return [];
  return [fitting('amount_differs', payment_id, returned_minor - asked_minor, nets)];
}

/** Whether a line is of the payment itself: refunds and disputes of a charge are looked at apart. */
export function countsForPayment(line: Pick<ProviderLine, 'type'>, { kind }: BookedPayment): boolean {
  // A debit may be booked when it begins, and once more, with the opposite sign, when the bank does not pay
  // (https://docs.stripe.com/reports/balance-transaction-types).
  return kind === 'withdrawal' || makesPayment(line) || line.type === 'payment_failure_refund';
}

/**
 * Whether the provider has a line of each payment that was made.
 * @param lined the payments that it has a line of
 */
export function findMissing(payments: readonly BookedPayment[], lined: ReadonlySet<string>): Comparison[] {
  return payments
    .filter(({ outcome }) => outcome === 'paid')
    .map(({ payment_id, asked_minor }) => {
      const found = lined.has(payment_id) ? asked_minor : 'none';
      return compared('missing_at_provider', payment_id, asked_minor, found);
    });
}

/** Whether a line is the one by which a payment was made, and not what came of it later. */
export function makesPayment({ type }: Pick<ProviderLine, 'type'>): boolean {
  return type === 'charge' || type === 'payment' || type === 'transfer';
}

function unknownLine({ balance_transaction_id, amount_minor }: ProviderLine): Comparison {
  return compared('unknown_at_ours', balance_transaction_id, 'none', amount_minor);
}

function knownLine({ balance_transaction_id, amount_minor }: ProviderLine): Comparison {
  return compared('unknown_at_ours', balance_transaction_id, amount_minor, amount_minor);
}

function fitting(
  kind: DifferenceKind,
  subject: string,
  expected_minor: bigint,
  nets: readonly bigint[],
): Comparison {
  const found_minor = nets.includes(expected_minor) ? expected_minor : (nets[0] ?? 0n);
  return compared(kind, subject, expected_minor, found_minor);
}

function compared(
  kind: DifferenceKind,
  subject: string,
  expected: bigint | string,
  found: bigint | string,
): Comparison {
  return { kind, subject, expected: String(expected), found: String(found) };
}
