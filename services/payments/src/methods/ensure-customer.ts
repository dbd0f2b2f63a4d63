import { findCustomer, saveCustomer } from '../store/customers.js';
import type { MethodDeps } from './method-deps.js';

/** What the provider knows the person by, made when it is first needed. @throws ProviderUnavailable */
export async function ensureCustomer(
  { db, provider }: Pick<MethodDeps, 'db' | 'provider'>,
  user_id: string,
  now: Date,
): Promise<string> {
  const known = await findCustomer(user_id, db);
  if (known !== undefined) return known.provider_customer_id;
  return saveCustomer(user_id, db, await provider.createCustomer(user_id), now);
}
