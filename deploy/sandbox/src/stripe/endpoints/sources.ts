import type Stripe from 'stripe';
import { defineEndpoint } from '../endpoint.js';
import { invalid, missing } from '../errors.js';
import { addressed, named } from '../find.js';
import { mergedMetadata, metadata, paging, text } from '../form.js';
import { newStripeId } from '../ids.js';
import { listOf } from '../lists.js';
import { bankNamed } from '../money/bank-tokens.js';
import { newBankAccount } from '../present/bank-account.js';
import { fingerprintOf, NO_BILLING_DETAILS, newMethod } from '../present/method.js';
import type { Row } from '../store.js';
import { tokenBank } from '../test-methods.js';

/** A bank account by its token. It can be used as a PaymentMethod of the same id. */
const createSource = defineEndpoint({
  method: 'POST',
  path: '/v1/customers/:customer/sources',
  input: { source: text, metadata: metadata.optional() },
  run(input, { world, account, part }) {
    const customer = named(world, 'customer', part('customer'), account, 'customer');
    const test = bankNamed(world, input.source, 'source');
    const own = sourcesOf(world.store.newest('payment_method'), customer.id);
    const method = newMethod(test, world.now(), {
      id: newStripeId('ba'),
      billing_details: NO_BILLING_DETAILS,
      metadata: mergedMetadata({}, input.metadata),
    });
    if (
      own.some(({ object }) => object.us_bank_account?.fingerprint === method.us_bank_account?.fingerprint)
    ) {
      throw invalid(
        'A bank account with that routing number and account number already exists for this customer.',
        {
          code: 'bank_account_exists',
        },
      );
    }
    const row = world.store.insert('payment_method', { ...method, customer: customer.id }, account, {
      token: input.source,
    });
    world.emit('payment_method.attached', row);
    return shown(row);
  },
});

const retrieveSource = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/:customer/sources/:id',
  input: {},
  run: (_input, { world, account, part }) =>
    shown(sourceOf(addressed(world, 'customer', part('customer'), account).id, part('id'), world)),
});

const deleteSource = defineEndpoint({
  method: 'DELETE',
  path: '/v1/customers/:customer/sources/:id',
  input: {},
  run(_input, { world, account, part }) {
    const row = sourceOf(addressed(world, 'customer', part('customer'), account).id, part('id'), world);
    world.change(row, 'payment_method.detached', { customer: null }, { spent: true });
    return { id: row.id, object: 'bank_account', deleted: true };
  },
});

const listSources = defineEndpoint({
  method: 'GET',
  path: '/v1/customers/:customer/sources',
  input: { ...paging, object: text.optional() },
  run(input, call) {
    const { id } = addressed(call.world, 'customer', call.part('customer'), call.account);
    const url = `/v1/customers/${id}/sources`;
    const list = listOf(
      call,
      'payment_method',
      url,
      input,
      (each) => each.customer === id && each.id.startsWith('ba_'),
    );
    return { ...list, data: list.data.map((object) => bankOf(object)) };
  },
});

function sourcesOf(rows: readonly Row<'payment_method'>[], customer: string): Row<'payment_method'>[] {
  return rows.filter(({ id, object }) => id.startsWith('ba_') && object.customer === customer);
}

function sourceOf(
  customer: string,
  id: string,
  world: Parameters<typeof addressed>[0],
): Row<'payment_method'> {
  const row = sourcesOf(world.store.newest('payment_method'), customer).find((each) => each.id === id);
  if (!row) throw missing('source', id, 'id');
  return row;
}

function shown({ object }: Row<'payment_method'>): Stripe.BankAccount {
  return bankOf(object);
}

function bankOf({
  id,
  customer,
  us_bank_account,
  metadata: pairs,
}: Stripe.PaymentMethod): Stripe.BankAccount {
  const { last4, fingerprint } = us_bank_account ?? {};
  return {
    ...newBankAccount({ id, last4: last4 ?? '', fingerprint: fingerprint ?? '', status: 'verified' }),
    customer,
    metadata: pairs,
  };
}

/** What a token stands for, used or not: it tells whether the customer has that account already. */
const retrieveToken = defineEndpoint({
  method: 'GET',
  path: '/v1/tokens/:token',
  input: {},
  run(_input, { world, part }) {
    const id = part('token');
    const bank = tokenBank(id);
    if (!bank) throw missing('token', id, 'token', 404);
    const fingerprint = fingerprintOf(bank);
    return {
      id,
      object: 'token',
      bank_account: newBankAccount({ id: 'ba_of_token', last4: bank.last4, fingerprint, status: 'verified' }),
      client_ip: null,
      created: world.now(),
      livemode: false,
      type: 'bank_account',
      used: world.store.newest('payment_method').some(({ hidden }) => hidden.token === id),
    };
  },
});

export const sources = [retrieveToken, createSource, listSources, retrieveSource, deleteSource];
