import type Stripe from 'stripe';
import { defineEndpoint } from '../endpoint.js';
import { invalid } from '../errors.js';
import { addressed } from '../find.js';
import { flag, mergedMetadata, metadata, paging, text } from '../form.js';
import { newStripeId } from '../ids.js';
import { page } from '../lists.js';
import { bankNamed } from '../money/bank-tokens.js';
import { restate } from '../money/onboarding.js';
import { newBankAccount } from '../present/bank-account.js';
import { fingerprintOf } from '../present/method.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { accountOf } from './accounts.js';

const createExternalAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/accounts/:account/external_accounts',
  input: {
    default_for_currency: flag.optional(),
    external_account: text,
    metadata: metadata.optional(),
  },
  run(input, call) {
    const { world } = call;
    const owner = accountOf(call);
    const test = bankNamed(world, input.external_account, 'external_account');
    const own = banksOf(world, owner.id);
    const first = own.length === 0;
    const chosen = first || (input.default_for_currency ?? false);
    if (chosen) for (const other of own) world.store.change(other, { default_for_currency: false });
    const verified = input.external_account !== 'btok_us';
    const bank: Stripe.BankAccount = {
      ...newBankAccount({
        id: newStripeId('ba'),
        last4: test.last4,
        fingerprint: fingerprintOf(test),
        status: verified ? 'verified' : 'new',
      }),
      account: owner.id,
      available_payout_methods: ['standard'],
      default_for_currency: chosen,
      metadata: mergedMetadata({}, input.metadata),
    };
    const row = world.store.insert('bank_account', bank, owner.id, { token: input.external_account });
    world.emit('account.external_account.created', row);
    showBanks(world, owner);
    return row.object;
  },
});

const listExternalAccounts = defineEndpoint({
  method: 'GET',
  path: '/v1/accounts/:account/external_accounts',
  input: { ...paging, object: text.optional() },
  run(input, call) {
    const { id } = accountOf(call);
    const banks = banksOf(call.world, id).map(({ object }) => object);
    return page(banks, `/v1/accounts/${id}/external_accounts`, input);
  },
});

const retrieveExternalAccount = defineEndpoint({
  method: 'GET',
  path: '/v1/accounts/:account/external_accounts/:id',
  input: {},
  run: (_input, call) => addressed(call.world, 'bank_account', call.part('id'), accountOf(call).id).object,
});

const deleteExternalAccount = defineEndpoint({
  method: 'DELETE',
  path: '/v1/accounts/:account/external_accounts/:id',
  input: {},
  run(_input, call) {
    const { world } = call;
    const owner = accountOf(call);
    const row = addressed(world, 'bank_account', call.part('id'), owner.id);
    if (row.object.default_for_currency && banksOf(world, owner.id).length > 1) {
      throw invalid(
        'You cannot delete the default external account for your default currency. Please make another external account the default using the `default_for_currency` param, and then delete this one.',
      );
    }
    world.store.change(row, {}, { deleted: true });
    world.emit('account.external_account.deleted', row);
    showBanks(world, owner);
    return { id: row.id, object: 'bank_account', deleted: true };
  },
});

function banksOf(world: World, account: string): Row<'bank_account'>[] {
  return world.store
    .newest('bank_account')
    .filter(({ account: owner, hidden }) => owner === account && !hidden.deleted);
}

function showBanks(world: World, owner: Row<'account'>): void {
  const banks = banksOf(world, owner.id).map(({ object }) => object);
  const url = `/v1/accounts/${owner.id}/external_accounts`;
  restate(world, owner, { external_accounts: { object: 'list', data: banks, has_more: false, url } });
}

export const externalAccounts = [
  createExternalAccount,
  listExternalAccounts,
  retrieveExternalAccount,
  deleteExternalAccount,
];
