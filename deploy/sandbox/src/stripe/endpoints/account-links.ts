import { z } from 'zod';
import { defineEndpoint } from '../endpoint.js';
import { named } from '../find.js';
import { text, url } from '../form.js';
import { linkAccount } from '../money/onboarding.js';

const createAccountLink = defineEndpoint({
  method: 'POST',
  path: '/v1/account_links',
  input: {
    account: text,
    type: z.literal('account_onboarding'),
    refresh_url: url,
    return_url: url,
    collection_options: z
      .strictObject({
        fields: z.enum(['currently_due', 'eventually_due']).optional(),
        future_requirements: z.enum(['include', 'omit']).optional(),
      })
      .optional(),
  },
  run(input, { world, public_url }) {
    return linkAccount(world, named(world, 'account', input.account, null, 'account'), input, public_url);
  },
});

export const accountLinks = [createAccountLink];
