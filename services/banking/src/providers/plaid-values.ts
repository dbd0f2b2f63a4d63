import { exponentOf, isCurrency, type MinorUnits, negate, parseMoney } from '@florin/money';
import type { AccountBase, Transaction } from 'plaid';
import type { ReceivedTransaction } from '../domain/apply-changes.js';
import { toCategory } from '../domain/category.js';
import type { BankAccount } from './bank-data.js';

/** Names come from banks and merchants: cut, so that one of them cannot fill a page of results. */
const MAX_TEXT = 200;

/** @returns undefined where the account is in no ISO 4217 currency, e.g. a crypto wallet */
export function toBankAccount(account: AccountBase): BankAccount | undefined {
  const { balances } = account;
  const currency = balances.iso_currency_code;
  if (currency === null || !isCurrency(currency)) return undefined;
  const minor = (amount: number | null) => (amount === null ? null : toMinor(amount, currency).amount_minor);
  return {
    provider_account_id: account.account_id,
    name: text(account.name) ?? 'Account',
    mask: text(account.mask) ?? '',
    type: account.type,
    subtype: account.subtype ?? '',
    currency,
    balance: { current_minor: minor(balances.current), available_minor: minor(balances.available) },
  };
}

/** @returns undefined where the transaction is in no ISO 4217 currency */
export function toReceivedTransaction(transaction: Transaction): ReceivedTransaction | undefined {
  const { iso_currency_code: currency, personal_finance_category: category } = transaction;
  if (currency === null || !isCurrency(currency)) return undefined;
  return {
    provider_transaction_id: transaction.transaction_id,
    pending_provider_transaction_id: transaction.pending_transaction_id,
    account_id: transaction.account_id,
    date: transaction.date,
    // "Positive values when money moves out of the account" (Plaid, transactions): ours are negative.
    amount_minor: negate(toMinor(transaction.amount, currency)).amount_minor,
    currency,
    merchant: text(transaction.merchant_name),
    description: text(transaction.name) ?? '',
    category: toCategory(category?.primary ?? null),
    category_detail: category?.detailed.toLowerCase().slice(0, MAX_TEXT) ?? '',
    pending: transaction.pending,
  };
}

/** Plaid sends amounts as JSON numbers; to the currency's decimals they are exact. */
function toMinor(amount: number, currency: string): MinorUnits {
  return parseMoney({ amount: amount.toFixed(exponentOf(currency)), currency });
}

/** One line without control characters, or null for none. */
function text(value: string | null | undefined): string | null {
  const line = value
    ?.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT);
  return line === undefined || line === '' ? null : line;
}
