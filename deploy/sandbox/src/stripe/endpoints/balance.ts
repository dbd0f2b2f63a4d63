import type Stripe from 'stripe';
import { defineEndpoint } from '../endpoint.js';
import { addressed } from '../find.js';
import { currency, paging, text } from '../form.js';
import { listOf } from '../lists.js';
import { balanceOf } from '../money/book.js';

const retrieveBalance = defineEndpoint({
  method: 'GET',
  path: '/v1/balance',
  input: {},
  run(_input, { world, account }): Stripe.Balance {
    const { available, pending } = balanceOf(world, account);
    // Every currency is shown in both, and usd always.
    const currencies = [...new Set(['usd', ...Object.keys(available), ...Object.keys(pending)])];
    const shown = (sums: Record<string, number>) =>
      currencies.map((code) => ({
        amount: sums[code] ?? 0,
        currency: code,
        source_types: { card: sums[code] ?? 0 },
      }));
    return {
      object: 'balance',
      available: shown(available),
      connect_reserved: currencies.map((code) => ({ amount: 0, currency: code })),
      livemode: false,
      pending: shown(pending),
    };
  },
});

const retrieveTransaction = defineEndpoint({
  method: 'GET',
  path: '/v1/balance_transactions/:id',
  input: {},
  run: (_input, { world, account, part }) =>
    addressed(world, 'balance_transaction', part('id'), account).object,
});

const listTransactions = defineEndpoint({
  method: 'GET',
  path: '/v1/balance_transactions',
  input: {
    ...paging,
    currency: currency.optional(),
    source: text.optional(),
    type: text.optional(),
  },
  run: (input, call) =>
    listOf(
      call,
      'balance_transaction',
      '/v1/balance_transactions',
      input,
      (each) =>
        (input.currency === undefined || each.currency === input.currency) &&
        (input.source === undefined || each.source === input.source) &&
        (input.type === undefined || each.type === input.type),
    ),
});

export const balance = [retrieveBalance, listTransactions, retrieveTransaction];
