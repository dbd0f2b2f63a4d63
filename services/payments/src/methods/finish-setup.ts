import { userOfCustomer } from '../store/customers.js';
import { findMethodByFingerprint, type MethodRow } from '../store/payment-methods.js';
import { keepMethod } from './add-method.js';
import type { MethodDeps } from './method-deps.js';

export type SetupOutcome =
  | { state: 'added'; method: MethodRow }
  /** The person turned back, or is not done yet. */
  | { state: 'open' }
  /** Too old, or none of ours. */
  | { state: 'gone' };

/**
 * Adds what a person entered on the provider's page, which is read anew: the address that they come back by and the webhook
 * only say that it is time. Whichever is first adds it, and the other finds it there.
 * @param setup_id cs_…
 * @throws ProviderUnavailable
 */
export async function finishSetup(
  { db, provider }: Pick<MethodDeps, 'db' | 'provider'>,
  setup_id: string,
  now: Date,
): Promise<SetupOutcome> {
  const setup = await provider.getSetup(setup_id);
  if (setup === undefined || setup.status === 'expired') return { state: 'gone' };
  const user_id = await userOfCustomer(db, setup.customer_id);
  if (user_id === undefined) return { state: 'gone' };
  if (setup.provider_method_id === undefined) return { state: 'open' };
  const method = await provider.getMethod(setup.provider_method_id);
  // Removed since: an old address brings nothing back.
  if (method === undefined || method.customer_id !== setup.customer_id) return { state: 'gone' };
  const known = await findMethodByFingerprint(user_id, db, method.fingerprint);
  if (known?.provider_method_id === method.provider_method_id) return { state: 'added', method: known };
  return { state: 'added', method: await keepMethod({ db }, user_id, method, { now }) };
}
