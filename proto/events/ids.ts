import { z } from 'zod';

/** A TypeID of one kind. */
function typeId(prefix: string, description: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description });
}

export const user_id = typeId('usr', 'The person whose it is.');
export const session_id = typeId('ses', 'The session.');
export const approval_id = typeId('apr', 'The approval that the person was asked for.');
export const key_id = typeId('key', 'The API key.');
export const account_id = typeId('acc', 'The bank account.');
export const link_id = typeId('lnk', 'The connection to a bank through which the account is read.');
export const transaction_id = typeId('txn', 'A transaction.');
export const payment_id = typeId('pay', 'The payment.');
export const refund_id = typeId('ref', 'The refund.');
export const payment_method_id = typeId('pm', 'The payment method.');
export const wallet_id = typeId('wal', 'The wallet.');
export const transfer_id = typeId('trf', 'The transfer in the ledger.');
