import { z } from 'zod';
import { account_id, link_id, transaction_id, user_id } from './ids.js';

// One sync may bring thousands of transactions: more than these are several events.
const transaction_ids = z
  .array(transaction_id)
  .min(1)
  .max(100)
  .meta({ description: 'The transactions, at most 100. Their contents are read from banking.' });

const account = z.object({ account_id, user_id, link_id });
const transactions = z.object({ account_id, user_id, transaction_ids });

export const bankingEvents = {
  'florin.banking.account.linked.v1': account.meta({
    description: 'A bank account can be read from now on. The subject is the account.',
  }),

  'florin.banking.account.unlinked.v1': account.meta({
    description: 'The person withdrew access to a bank account. The subject is the account.',
  }),

  'florin.banking.balance.updated.v1': z
    .object({
      account_id,
      user_id,
      as_of: z.iso.datetime().meta({ description: 'When the bank said so, in UTC.' }),
    })
    .meta({ description: 'The bank gave another balance than before. The subject is the account.' }),

  'florin.banking.transaction.created.v1': transactions.meta({
    description: 'Transactions have appeared, pending or posted. The subject is the account.',
  }),

  'florin.banking.transaction.updated.v1': transactions.meta({
    description:
      'Transactions have changed; a pending one that posts keeps its id. The subject is the account.',
  }),

  'florin.banking.transaction.removed.v1': transactions.meta({
    description: 'The bank withdrew transactions: they no longer count. The subject is the account.',
  }),

  'florin.banking.link.broken.v1': z
    .object({
      link_id,
      user_id,
      reason: z
        .enum(['login_required', 'access_revoked', 'provider_error'])
        .meta({ description: 'login_required: the person signs in to the bank again.' }),
    })
    .meta({ description: 'A bank no longer answers for a person. The subject is the link.' }),
};
