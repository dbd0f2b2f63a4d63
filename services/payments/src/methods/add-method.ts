import { newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { addEvent, type Tx, transaction } from '@florin/postgres';
import { type ProviderMethod, ProviderRejected } from '../providers/payment-provider.js';
import {
  findMethod,
  findMethodByFingerprint,
  insertMethod,
  listMethods,
  lockMethods,
  type MethodRow,
  makeDefault,
  updateMethod,
} from '../store/payment-methods.js';
import { ensureCustomer } from './ensure-customer.js';
import type { MethodDeps } from './method-deps.js';

interface Call {
  now: Date;
  traceparent?: string | undefined;
  set_default?: boolean;
  /** banking's acc_…, where the method is a linked bank account. */
  account_id?: string;
}

/**
 * Adds what a provider's token stands for.
 * @throws Fault INVALID_ARGUMENT, PROVIDER_UNAVAILABLE
 */
export async function addMethodByToken(
  deps: MethodDeps,
  user_id: string,
  token: string,
  call: Call,
): Promise<MethodRow> {
  const customer_id = await ensureCustomer(deps, user_id, call.now);
  try {
    return await keepMethod(deps, user_id, await deps.provider.attachMethod(customer_id, token), call);
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error;
    throw fault(
      'INVALID_ARGUMENT',
      `The provider does not take this payment_token (${error.failure}). Get another, or send the person to the page of create_payment_method_setup.`,
      { cause: error, details: { provider_reason: error.failure } },
    );
  }
}

/** Keeps a method that is the person's at the provider. The same card or account is kept once, with its latest data. */
export async function keepMethod(
  { db }: Pick<MethodDeps, 'db'>,
  user_id: string,
  method: ProviderMethod,
  call: Call,
): Promise<MethodRow> {
  return transaction(db, async (tx) => {
    await lockMethods(user_id, tx);
    const known = await findMethodByFingerprint(user_id, tx, method.fingerprint);
    const payment_method_id = known?.payment_method_id ?? newId('pm');
    const values = toValues(method, call.account_id ?? known?.account_id ?? null);
    const isFirst = known === undefined && (await listMethods(user_id, tx, { limit: 1 })).length === 0;
    if (known === undefined) {
      await insertMethod(user_id, tx, {
        ...values,
        payment_method_id,
        status: 'active',
        is_default: false,
        created_at: call.now,
      });
      await announce(tx, user_id, payment_method_id, call);
    } else await updateMethod(user_id, tx, payment_method_id, values);
    if (isFirst || call.set_default === true) await makeDefault(user_id, tx, payment_method_id);
    const row = await findMethod(user_id, tx, payment_method_id);
    if (row === undefined) throw new Error('a method is gone');
    return row;
  });
}

function toValues(method: ProviderMethod, account_id: string | null) {
  const { type, provider_method_id, fingerprint, brand, last4, exp_month = null, exp_year = null } = method;
  return { type, provider_method_id, fingerprint, brand, last4, exp_month, exp_year, account_id };
}

async function announce(tx: Tx, user_id: string, payment_method_id: string, call: Call): Promise<void> {
  await addEvent(
    tx,
    {
      type: 'florin.payments.method.added.v1',
      aggregate_id: payment_method_id,
      data: { payment_method_id, user_id },
      traceparent: call.traceparent,
      resources: [`payments://${user_id}/methods`],
    },
    call.now,
  );
}
