import { addEvent, transaction } from '@florin/postgres';
import { findCustomer } from '../store/customers.js';
import {
  findMethod,
  listMethods,
  lockMethods,
  makeDefault,
  noSuchMethod,
  updateMethod,
} from '../store/payment-methods.js';
import type { MethodDeps } from './method-deps.js';

interface Call {
  now: Date;
  traceparent?: string | undefined;
}

/**
 * Removes a method: first at the provider, then here, so that where the provider does not answer nothing has changed and
 * the call can be repeated. The oldest of the others becomes the default, where it was that.
 * @throws Fault NOT_FOUND; ProviderUnavailable
 */
export async function removeMethod(
  { db, provider }: Pick<MethodDeps, 'db' | 'provider'>,
  user_id: string,
  payment_method_id: string,
  { now, traceparent }: Call,
): Promise<void> {
  const row = await findMethod(user_id, db, payment_method_id);
  if (row === undefined) throw noSuchMethod();
  if (row.status === 'removed') return;
  const customer = await findCustomer(user_id, db);
  if (customer !== undefined) {
    await provider.detachMethod(customer.provider_customer_id, row.provider_method_id);
  }
  await transaction(db, async (tx) => {
    await lockMethods(user_id, tx);
    // The same call, made twice at once: the other one was faster.
    if ((await findMethod(user_id, tx, payment_method_id))?.status !== 'active') return;
    await updateMethod(user_id, tx, payment_method_id, {
      status: 'removed',
      is_default: false,
      removed_at: now,
    });
    const [oldest] = await listMethods(user_id, tx, { limit: 1 });
    if (row.is_default && oldest !== undefined) await makeDefault(user_id, tx, oldest.payment_method_id);
    await addEvent(
      tx,
      {
        type: 'florin.payments.method.removed.v1',
        aggregate_id: payment_method_id,
        data: { payment_method_id, user_id },
        traceparent,
        resources: [`payments://${user_id}/methods`],
      },
      now,
    );
  });
}
