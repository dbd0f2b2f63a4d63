import { defineOperation, idSchema } from '@florin/chassis';
import { formatMoney, minorUnits, moneySchema } from '@florin/money';
import { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { accountId, personOf } from './fields.js';

export const getBalance = defineOperation<BankingDeps>()({
  name: 'get_balance',
  title: 'Get an account balance',
  description:
    'Asks the bank for the balance of one account. Where the bank does not answer, the balance last seen comes with ' +
    'source "cached": say how old it is. On credit cards and loans, current is what is owed.',
  scopes: ['banking:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.strictObject({ account_id: accountId }),
  output: z.strictObject({
    account_id: idSchema('acc', 'The account.'),
    current: moneySchema.optional().describe('What is in the account. Absent where the bank does not say.'),
    available: moneySchema.optional().describe('What can be spent now. Absent where the bank does not say.'),
    as_of: z.iso
      .datetime()
      .describe('When the bank said so.')
      .meta({ examples: ['2026-11-02T09:00:00.000Z'] }),
    age_s: z
      .int()
      .min(0)
      .describe('How many seconds ago that was.')
      .meta({ examples: [0] }),
    source: z
      .enum(['live', 'cached'])
      .describe('live: the bank was asked just now. cached: it said so at as_of.')
      .meta({ examples: ['live'] }),
  }),

  async run({ account_id }, { actor, deps, now }) {
    const balance = await deps.balances.get(personOf(actor), account_id);
    const money = (amount_minor: bigint) => formatMoney(minorUnits(amount_minor, balance.currency));
    return {
      account_id,
      ...(balance.current_minor !== null && { current: money(balance.current_minor) }),
      ...(balance.available_minor !== null && { available: money(balance.available_minor) }),
      as_of: balance.as_of.toISOString(),
      age_s: Math.max(0, Math.floor((now.getTime() - balance.as_of.getTime()) / 1_000)),
      source: balance.source,
    };
  },
});
