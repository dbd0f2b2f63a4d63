import { backoffMs } from './backoff.js';
import { canBecome, isPaid, isUnderway, type Status } from './status.js';

/** As much of a payment as the rules look at. */
export interface PaymentState {
  readonly kind: 'transfer' | 'charge' | 'funding' | 'withdrawal';
  readonly status: Status;
  readonly status_reason: string | null;
  readonly amount_minor: bigint;
  readonly fee_minor: bigint;
  readonly returned_minor: bigint;
  readonly disputed: boolean;
  readonly provider_id: string | null;
  readonly provider_fee_minor: bigint | null;
  readonly action_url: string | null;
  readonly due_at: Date | null;
  readonly due_attempts: number;
  readonly created_at: Date;
}

/** What the provider says of it now. */
export interface Report {
  readonly provider_id: string;
  readonly status: 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  readonly action_url?: string;
  readonly failure?: string;
  readonly returned_minor: bigint;
  readonly disputed: boolean;
  readonly fee_minor?: bigint;
}

/** What the ledger is to do, in words; whoever carries it out knows the transfers and accounts. */
export type LedgerStep =
  /** The reserved amount and fee become final. */
  | { readonly step: 'settle' }
  /** What was reserved is released. */
  | { readonly step: 'release' }
  /** The provider took back what the payee has: they owe it. */
  | { readonly step: 'owe'; readonly amount_minor: bigint }
  /** The provider gave that again: they owe it no more. */
  | { readonly step: 'forgive'; readonly amount_minor: bigint }
  /** A payout came back: the wallet gets amount and fee again. */
  | { readonly step: 'give_back' }
  | { readonly step: 'provider_fee'; readonly amount_minor: bigint };

export type PaymentEvent = 'created' | 'held' | 'succeeded' | 'failed' | 'canceled';

export interface Decision {
  readonly changes: Partial<PaymentState>;
  readonly steps: readonly LedgerStep[];
  readonly event?: { readonly name: PaymentEvent; readonly reason?: string };
  /** The payee owes for good: their wallet gives nothing out until somebody has looked. */
  readonly freeze?: true;
}

/**
 * What a report of the provider makes of a payment. Reports come in any order, late and repeatedly: what has ended never
 * begins again, and what is known already changes nothing.
 * @returns undefined where nothing changes
 */
export function decide(payment: PaymentState, report: Report, now: Date): Decision | undefined {
  if (isUnderway(payment.status)) return ended(payment, report, now) ?? waiting(payment, report, now);
  if (isPaid(payment.status)) return afterwards(payment, report);
  return undefined;
}

function ended(payment: PaymentState, report: Report, now: Date): Decision | undefined {
  const { status } = report;
  if (status !== 'succeeded' && status !== 'failed' && status !== 'canceled') return undefined;
  if (!canBecome(payment.status, status)) return undefined;
  const reason = status === 'failed' ? failureName(report.failure) : null;
  const changes = { ...settled, status, status_reason: reason, provider_id: report.provider_id };
  if (status !== 'succeeded') {
    const event = { name: status, ...(reason !== null && { reason }) };
    return { changes, steps: [{ step: 'release' }], event };
  }
  const more = afterwards({ ...payment, ...changes }, report);
  return {
    changes: { ...changes, ...more?.changes, due_at: later(payment, report, now) },
    steps: [{ step: 'settle' }, ...(more?.steps ?? [])],
    event: { name: 'succeeded' },
    ...(more?.freeze && { freeze: true }),
  };
}

const settled = { action_url: null, due_at: null, due_attempts: 0 };

/**
 * When a success is worth another look: the provider's own fee is often known a little later, and a bank may send a payout
 * back for some days, which a lost webhook must not hide.
 */
function later(payment: PaymentState, report: Report, now: Date): Date | null {
  if (payment.kind === 'withdrawal') return new Date(now.getTime() + SENT_BACK_UNTIL_MS);
  return report.fee_minor === undefined ? new Date(now.getTime() + FEE_LATER_MS) : null;
}

const FEE_LATER_MS = 60_000;
/** A bank takes up to five business days to send one back (Stripe, payout failures); a holiday more. */
const SENT_BACK_UNTIL_MS = 8 * 86_400_000;

function waiting(payment: PaymentState, report: Report, now: Date): Decision {
  const due_attempts = payment.due_attempts + 1;
  return {
    changes: {
      status: 'processing',
      status_reason: report.status === 'requires_action' ? 'requires_action' : null,
      provider_id: report.provider_id,
      action_url: report.action_url ?? null,
      due_attempts,
      due_at: new Date(now.getTime() + backoffMs(due_attempts)),
    },
    steps: [],
  };
}

/** What a provider may still say of a payment that was made. */
function afterwards(payment: PaymentState, report: Report): Decision | undefined {
  if (payment.kind === 'withdrawal') return paidBack(payment, report);
  const steps: LedgerStep[] = [];
  let changes: Partial<PaymentState> = {};
  const { fee_minor, returned_minor, disputed } = report;
  if (fee_minor !== undefined && payment.provider_fee_minor === null) {
    changes = { provider_fee_minor: fee_minor };
    if (fee_minor > 0n) steps.push({ step: 'provider_fee', amount_minor: fee_minor });
  }
  const owed_minor = returned_minor - payment.returned_minor;
  if (owed_minor > 0n) steps.push({ step: 'owe', amount_minor: owed_minor });
  if (owed_minor < 0n) steps.push({ step: 'forgive', amount_minor: -owed_minor });
  const isNew = owed_minor !== 0n || disputed !== payment.disputed;
  if (isNew) changes = { ...changes, returned_minor, disputed, status_reason: whyOwed(report) };
  if (payment.due_at !== null) changes = { ...changes, due_at: null, due_attempts: 0 };
  if (Object.keys(changes).length === 0) return undefined;
  const isLost = isNew && returned_minor > 0n && !disputed;
  return {
    changes,
    steps,
    ...(isLost && { freeze: true, event: { name: 'failed', reason: 'returned' } }),
  };
}

/** A bank refused a payout that the provider had called paid. */
function paidBack(payment: PaymentState, report: Report): Decision | undefined {
  const isBack = report.status === 'failed' || report.status === 'canceled';
  if (!isBack || payment.returned_minor > 0n) return undefined;
  return {
    changes: { returned_minor: payment.amount_minor, status_reason: 'returned' },
    steps: [{ step: 'give_back' }],
    event: { name: 'failed', reason: 'returned' },
  };
}

function whyOwed({ disputed, returned_minor }: Report): string | null {
  if (disputed) return 'disputed';
  return returned_minor > 0n ? 'returned' : null;
}

/** The provider's word, where it is one; never its free text. */
export function failureName(failure: string | undefined): string {
  return failure !== undefined && /^[a-z][a-z0-9_]{0,59}$/.test(failure) ? failure : 'provider_declined';
}

/** The provider was asked and did not answer: nobody knows, so it is asked again, less and less often. */
export function becomeUnknown(payment: PaymentState, now: Date): Decision | undefined {
  if (!isUnderway(payment.status)) return undefined;
  const due_attempts = payment.due_attempts + 1;
  return {
    changes: { status: 'unknown', due_attempts, due_at: new Date(now.getTime() + backoffMs(due_attempts)) },
    steps: [],
  };
}

/** The provider cannot be asked now: nothing is known anew, and it is asked again later. */
export function askLater(payment: PaymentState, now: Date): Decision {
  const due_attempts = payment.due_attempts + 1;
  return { changes: { due_attempts, due_at: new Date(now.getTime() + backoffMs(due_attempts)) }, steps: [] };
}
