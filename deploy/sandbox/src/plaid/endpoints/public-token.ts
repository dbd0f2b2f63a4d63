import { z } from 'zod';
import { institutionById } from '../bank/institutions.js';
import { defineEndpoint, httpUrl } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { products, requireServed } from './link-token.js';

const DEFAULT_DAYS_REQUESTED = 90;

export const sandboxPublicTokenCreate = defineEndpoint({
  path: '/sandbox/public_token/create',
  input: {
    institution_id: z.string().min(1).max(100),
    initial_products: products.min(1),
    options: z
      .strictObject({
        webhook: httpUrl.optional(),
        override_username: z.string().nullish(),
        override_password: z.string().nullish(),
        transactions: z
          .strictObject({
            start_date: z.iso.date().optional(),
            end_date: z.iso.date().optional(),
            days_requested: z.number().int().min(1).max(730).optional(),
          })
          .optional(),
      })
      .optional(),
    user_id: z.string().optional(),
  },
  run({ institution_id, initial_products, options }, { world, client_id }) {
    requireServed(initial_products);
    const institution = institutionById(institution_id);
    if (!institution) throw new PlaidError('INVALID_INSTITUTION');
    const item = world.createItem({
      client_id,
      institution,
      person_key: world.nextPerson(institution_id),
      slots: institution.accounts.map((account) => account.slot),
      webhook: options?.webhook ?? null,
      days_requested: options?.transactions?.days_requested ?? DEFAULT_DAYS_REQUESTED,
    });
    return { public_token: world.issuePublicToken(item) };
  },
});

export const itemPublicTokenExchange = defineEndpoint({
  path: '/item/public_token/exchange',
  input: { public_token: z.string().min(1).max(100) },
  run({ public_token }, { world, client_id }) {
    const { access_token, item_id } = world.spendPublicToken(client_id, public_token);
    return { access_token, item_id };
  },
});
