import { z } from 'zod';
import { bankToken } from '../../bank-token.js';
import { newPlaidId } from '../bank/ids.js';
import { accessToken, defineEndpoint } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { accountId, presentAccount } from '../present.js';

/** A bank account token for Stripe. Whoever holds it debits and credits the account: checking and savings in USD alone. */
export const processorStripeBankAccountTokenCreate = defineEndpoint({
  path: '/processor/stripe/bank_account_token/create',
  input: { access_token: accessToken, account_id: z.string().min(1).max(100) },
  run({ access_token, account_id }, { world, client_id }) {
    const item = world.connectedItemOf(client_id, access_token);
    const held = world.accountsOf(item).find((account) => accountId(item, account) === account_id);
    if (held === undefined) throw new PlaidError('INVALID_ACCOUNT_ID');
    if (held.type !== 'depository' || held.currency !== 'USD') throw new PlaidError('INVALID_PRODUCT');
    const { mask } = presentAccount(world, item, held);
    const owner = `${item.person_key}.${held.slot}`;
    return { stripe_bank_account_token: bankToken({ last4: mask, owner, nonce: newPlaidId() }) };
  },
});
