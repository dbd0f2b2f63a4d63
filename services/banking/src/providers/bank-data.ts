import { type Fault, fault } from '@florin/faults';
import type { Changes } from '../domain/apply-changes.js';

/** A bank account as the bank shows it. */
export interface BankAccount {
  provider_account_id: string;
  name: string;
  /** The last digits of the account's number. */
  mask: string;
  type: string;
  subtype: string;
  currency: string;
  balance: BankBalance;
}

export interface BankBalance {
  /** What is in the account; on credit cards and loans, what is owed. Null where the bank does not say. */
  current_minor: bigint | null;
  /** What can be spent. Null where the bank does not say. */
  available_minor: bigint | null;
}

export interface BankLink {
  institution: string;
  accounts: BankAccount[];
}

export interface TransactionPage {
  /** `account_id` holds the provider's id. */
  changes: Changes;
  /** Null as long as the bank has not delivered anything. */
  next_cursor: string | null;
  has_more: boolean;
}

export interface LinkTokenRequest {
  user_id: string;
  /** Where a page of the provider's sends the person back to, with `public_token`. Its widget needs none. */
  return_url: string;
  webhook_url: string;
  /** Of the link whose sign-in is to be repaired; none for a new one. */
  access_token?: string;
}

export interface LinkToken {
  link_token: string;
  expires_at: Date;
  /** The page to send the person to; null where the provider's widget runs in a page of ours. */
  hosted_url: string | null;
}

export interface WebhookKey {
  /** JSON Web Key, RFC 7517. */
  jwk: { kty: string; crv: string; x: string; y: string; alg: string; use: string; kid: string };
  expired: boolean;
}

/**
 * What banking needs from whoever reads banks. Reads are retried inside, a bounded number of times; every call has a
 * timeout.
 *
 * Throws the Faults BANK_LOGIN_REQUIRED (the person must sign in to the bank again), INVALID_PUBLIC_TOKEN, RATE_LIMITED
 * and PROVIDER_UNAVAILABLE (try later), PROVIDER_REJECTED (our request or set-up is wrong); and LinkGone.
 */
export interface BankData {
  createLinkToken(request: LinkTokenRequest): Promise<LinkToken>;
  /** Can be done once for each token. */
  exchangePublicToken(public_token: string): Promise<{ access_token: string; provider_link_id: string }>;
  /** As last read from the bank: cheap. Accounts in units that are no ISO 4217 currency are left out. */
  getLink(access_token: string): Promise<BankLink>;
  /** Asks the bank itself: takes seconds. */
  getBalances(access_token: string): Promise<BankAccount[]>;
  /** @throws ChangedWhilePaging */
  getTransactionPage(access_token: string, cursor: string | null): Promise<TransactionPage>;
  /** Has the bank asked for new transactions; a webhook tells when they are there. */
  requestRefresh(access_token: string): Promise<void>;
  /** For the payments provider: with it, that one can move money of this account. To be used once. */
  createProcessorToken(access_token: string, provider_account_id: string): Promise<string>;
  /** Withdraws access. Also succeeds where there is none any more. */
  removeLink(access_token: string): Promise<void>;
  /** @returns undefined for a key that is not the provider's */
  getWebhookKey(kid: string): Promise<WebhookKey | undefined>;
}

/** The transactions changed between two pages: all pages of this update must be read again from its first cursor. */
export class ChangedWhilePaging extends Error {
  override readonly name = 'ChangedWhilePaging';
}

/** The provider knows this access no more: it was withdrawn at the bank or at the provider. */
export class LinkGone extends Error {
  override readonly name = 'LinkGone';
}

/** A sign-in that the person must repeat; only they can. */
export function loginRequired(cause?: unknown): Fault {
  return fault(
    'BANK_LOGIN_REQUIRED',
    'The bank wants the person to sign in again. Call create_link_token with this account_id and show them the link_url.',
    { cause },
  );
}

/** What is thrown here besides Faults, as a caller sees it; undefined for anything else. */
export function bankFault(error: unknown): Fault | undefined {
  if (!(error instanceof LinkGone)) return undefined;
  return fault(
    'FAILED_PRECONDITION',
    'Access to this bank was withdrawn. Call unlink_bank_account, then link the bank again with create_link_token.',
    { cause: error },
  );
}
