import { Fault } from '@florin/faults';
import type { Report } from '../domain/payment/decide.js';
import type { PaymentRow } from '../ledger/unit.js';
import { ensureCustomer } from '../methods/ensure-customer.js';
import type { MethodDeps } from '../methods/method-deps.js';
import { chargeSource, payoutTarget } from '../methods/provider-places.js';
import { ProviderRejected, type ProviderReport } from '../providers/payment-provider.js';
import { findCustomer } from '../store/customers.js';

/**
 * How long a payment is sent again that has not reached the provider, and a person may take to confirm one. Well below the
 * 23 h for which the provider's idempotency keys are trusted, so that no old key is ever sent.
 */
export const GIVE_UP_MS = 3_600_000;

/** Sends the payment for the first time, or once more under the same key: the provider does it once. */
export async function send(
  deps: MethodDeps,
  row: PaymentRow,
  { now, on_session }: { now: Date; on_session: boolean },
): Promise<Report> {
  const { payment_id, user_id, currency, provider_attempt: attempt } = row;
  const asked = { payment_id, attempt, currency };
  try {
    if (row.kind === 'withdrawal') {
      const target = await payoutTarget(deps, user_id, row.destination_id, now);
      return await deps.provider.payOut({ ...asked, ...target, amount_minor: row.amount_minor });
    }
    const source = await chargeSource(deps, user_id, row.source_id, now);
    const amount_minor = row.amount_minor + row.fee_minor;
    return await deps.provider.charge({ ...asked, user_id, ...source, amount_minor, on_session });
  } catch (error) {
    const failure = refusalOf(error);
    if (failure !== undefined) return failed(row, failure);
    throw error;
  }
}

/** A refusal is an answer: the payment has failed, for the reason that is given. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof ProviderRejected) return error.failure;
  // What banking or we say of the account, or of a method that was removed in the meantime.
  if (error instanceof Fault && !error.retryable && error.code !== 'INTERNAL')
    return error.reason.toLowerCase();
  return undefined;
}

/** What the provider has of the payment. @returns undefined for nothing: it never arrived */
export async function lookUp(
  deps: MethodDeps,
  row: PaymentRow,
  now: Date,
): Promise<ProviderReport | undefined> {
  const { payment_id, user_id, provider_id, provider_sent_at } = row;
  const customer = await findCustomer(user_id, deps.db);
  const known = { payment_id, ...(provider_id !== null && { provider_id }) };
  if (row.kind === 'withdrawal') {
    const provider_account_id = customer?.provider_account_id;
    if (provider_account_id === null || provider_account_id === undefined) return undefined;
    return deps.provider.findPayout({ ...known, provider_account_id });
  }
  return deps.provider.findCharge({
    ...known,
    customer_id: customer?.provider_customer_id ?? (await ensureCustomer(deps, user_id, now)),
    sent_at: provider_sent_at ?? row.created_at,
  });
}

/**
 * What is true of a payment that was sent before: looked up first, sent again where it never arrived, and given up where
 * that has gone on for too long.
 */
export async function findOut(deps: MethodDeps, row: PaymentRow, now: Date): Promise<Report> {
  const isLate = now.getTime() - (row.provider_sent_at ?? row.created_at).getTime() > GIVE_UP_MS;
  const found = await lookUp(deps, row, now);
  if (found === undefined || found.is_halfway) {
    if (!isLate) return send(deps, row, { now, on_session: false });
    return found === undefined ? failed(row, 'provider_not_reached') : takeBack(deps, row);
  }
  if (found.status !== 'requires_action' || !isLate || row.kind === 'withdrawal') return found;
  return deps.provider.cancelCharge(row.payment_id, found.provider_id);
}

/** A payout whose money has left us, and got no further. */
async function takeBack({ db, provider }: MethodDeps, { payment_id, user_id }: PaymentRow): Promise<Report> {
  const provider_account_id = (await findCustomer(user_id, db))?.provider_account_id;
  if (!provider_account_id) throw new Error('a payout from no account');
  return provider.takeBackPayout({ payment_id, provider_account_id });
}

function failed(row: PaymentRow, failure: string): Report {
  return {
    provider_id: row.provider_id ?? '',
    status: 'failed',
    failure,
    returned_minor: 0n,
    disputed: false,
  };
}
