import { defineOperation, idSchema, userIdSchema } from '@florin/chassis';
import { currencySchema, formatMoney, moneySchema } from '@florin/money';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { type Wallet, walletsOf } from '../ledger/wallets.js';
import { openMissingWallets } from '../wallets/open-wallets.js';
import { modeSchema, personOf } from './fields.js';

const walletSchema = z.strictObject({
  wallet_id: idSchema('wal', 'The wallet.'),
  currency: currencySchema.describe('What it holds.'),
  balance: moneySchema.describe('What is in it, reserved money included.'),
  available: moneySchema.describe('What can be spent now.'),
  reserved: moneySchema.describe('What is set aside for payments that are under way.'),
  status: z
    .enum(['open', 'frozen', 'closed'])
    .describe('frozen: it takes money in, and gives none out.')
    .meta({ examples: ['open'] }),
});

export const listWallets = defineOperation<PaymentsDeps>()({
  name: 'list_wallets',
  title: 'List wallets',
  description:
    "Lists the person's wallets, one for each currency, with what can be spent. Their ids are what initiate_payment takes.",
  scopes: ['payments:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({ user_id: userIdSchema }),
  output: z.strictObject({
    wallets: z.array(walletSchema).describe('The wallets, the oldest first.'),
    mode: modeSchema,
  }),

  async run({ user_id }, { actor, deps, now }) {
    const owner = personOf(actor, user_id);
    const found = await walletsOf(deps.sql, owner);
    const opened = await openMissingWallets(deps, owner, found, now);
    const wallets = opened ? await walletsOf(deps.sql, owner) : found;
    return { wallets: wallets.map(toWallet), mode: deps.mode };
  },
});

function toWallet(wallet: Wallet): z.input<typeof walletSchema> {
  const { wallet_id, currency, balance_minor, available_minor, reserved_minor, status } = wallet;
  const money = (amount_minor: bigint) => formatMoney({ amount_minor, currency });
  return {
    wallet_id,
    currency,
    balance: money(balance_minor),
    available: money(available_minor),
    reserved: money(reserved_minor),
    status,
  };
}
