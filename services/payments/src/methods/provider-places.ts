import { fault } from '@florin/faults';
import type { MethodType } from '../providers/payment-provider.js';
import {
  findCustomer,
  findPayoutBank,
  savePayoutBank,
  savePayoutProviderAccount,
} from '../store/customers.js';
import { findLinkedMethod, findMethod, noSuchMethod } from '../store/payment-methods.js';
import { addMethodByToken } from './add-method.js';
import { ensureCustomer } from './ensure-customer.js';
import type { MethodDeps } from './method-deps.js';

/** Where the provider takes the money from. */
export interface ChargeSource {
  customer_id: string;
  provider_method_id: string;
  method_type: MethodType;
}

/** Where the provider brings the money to. */
export interface PayoutTarget {
  provider_account_id: string;
  provider_bank_account_id: string;
}

/**
 * What the provider charges for a source of ours. A linked bank account is made known to it when it is first paid with: by
 * a token that Plaid makes for Stripe, so that its number comes by nobody here.
 * @param source_id pm_… or acc_…
 * @throws Fault NOT_FOUND and what banking says of the account; ProviderUnavailable
 */
export async function chargeSource(
  deps: MethodDeps,
  user_id: string,
  source_id: string,
  now: Date,
): Promise<ChargeSource> {
  const isLinked = source_id.startsWith('acc_');
  const known = isLinked
    ? await findLinkedMethod(user_id, deps.db, source_id)
    : await findMethod(user_id, deps.db, source_id);
  if (known === undefined && !isLinked) throw noSuchMethod();
  if (known !== undefined) await requireLinked(deps, user_id, known.account_id);
  const method = known ?? (await linkMethod(deps, user_id, source_id, now));
  return {
    customer_id: await ensureCustomer(deps, user_id, now),
    provider_method_id: method.provider_method_id,
    method_type: method.type,
  };
}

/** Who unlinks their bank means that nobody debits it any more, though the provider still could. */
async function requireLinked(
  { bankAccounts }: MethodDeps,
  user_id: string,
  account_id: string | null,
): Promise<void> {
  if (account_id === null) return;
  const { status } = await bankAccounts.get(user_id, account_id);
  if (status !== 'unlinked') return;
  throw fault('ACCOUNT_UNLINKED', 'This account was unlinked. Link the bank again with create_link_token.');
}

async function linkMethod(deps: MethodDeps, user_id: string, account_id: string, now: Date) {
  const token = await deps.bankAccounts.createProviderToken(user_id, account_id);
  return addMethodByToken(deps, user_id, token, { now, account_id });
}

/**
 * Where a withdrawal to a linked bank account goes: the person's account at the provider, and the bank account in it. Both
 * are made when they are first needed.
 * @throws Fault what banking says of the account; ProviderUnavailable, ProviderRejected
 */
export async function payoutTarget(
  deps: MethodDeps,
  user_id: string,
  account_id: string,
  now: Date,
): Promise<PayoutTarget> {
  const { db, provider } = deps;
  await ensureCustomer(deps, user_id, now);
  const provider_account_id =
    (await findCustomer(user_id, db))?.provider_account_id ??
    (await savePayoutProviderAccount(user_id, db, await provider.createPayoutAccount(user_id)));
  const known = await findPayoutBank(user_id, db, account_id);
  if (known !== undefined) return { provider_account_id, provider_bank_account_id: known };
  const token = await deps.bankAccounts.createProviderToken(user_id, account_id);
  const provider_bank_account_id = await provider.addPayoutBank(provider_account_id, token);
  await savePayoutBank(user_id, db, { account_id, provider_bank_account_id, now });
  return { provider_account_id, provider_bank_account_id };
}
