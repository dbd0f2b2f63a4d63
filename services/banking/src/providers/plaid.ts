import { setTimeout as wait } from 'node:timers/promises';
import {
  type AccountBase,
  Configuration,
  CountryCode,
  type LinkTokenCreateRequest,
  PlaidApi,
  Products,
  type TransactionsSyncResponse,
} from 'plaid';
import type { ReceivedTransaction } from '../domain/apply-changes.js';
import {
  type BankAccount,
  type BankData,
  LinkGone,
  type LinkTokenRequest,
  loginRequired,
  type TransactionPage,
} from './bank-data.js';
import { isTransient, readFailure, toBankError } from './plaid-errors.js';
import { toBankAccount, toReceivedTransaction } from './plaid-values.js';

export interface PlaidOptions {
  base_path: string;
  client_id: string;
  secret: string;
  /** Whether the other end is the stand-in, which sends the person back by a redirect. */
  simulated: boolean;
  timeout_ms?: number;
}

/** Plaid answers most calls within a second; those that ask the bank itself take up to half a minute. */
const TIMEOUT_MS = 10_000;
const BANK_TIMEOUT_MS = 30_000;
/** "days_requested: the maximum is 730" (Plaid, /link/token/create). */
const HISTORY_DAYS = 730;
/** The most that /transactions/sync gives at once. */
const PAGE_SIZE = 500;
const READ_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;

/** Banks by Plaid (https://plaid.com/docs/api/), over the official SDK. */
export function createPlaid(options: PlaidOptions): BankData {
  const timeout_ms = options.timeout_ms ?? TIMEOUT_MS;
  const bank_timeout_ms = options.timeout_ms ?? BANK_TIMEOUT_MS;
  const api = new PlaidApi(configuration(options, timeout_ms));

  return {
    async createLinkToken(request) {
      const body = linkTokenRequest(request, options.simulated);
      // Tokens that nobody uses expire by themselves, so asking twice does no harm.
      const { data } = await read(() => api.linkTokenCreate(body));
      return {
        link_token: data.link_token,
        expires_at: new Date(data.expiration),
        hosted_url: options.simulated ? standInPage(options.base_path, data.link_token) : null,
      };
    },
    async exchangePublicToken(public_token) {
      const { data } = await once(() => api.itemPublicTokenExchange({ public_token }));
      return { access_token: data.access_token, provider_link_id: data.item_id };
    },
    async getLink(access_token) {
      const { data } = await read(() => api.accountsGet({ access_token }));
      // Accounts last seen are answered even where the bank no longer lets Plaid in.
      if (data.item.error?.error_code === 'ITEM_LOGIN_REQUIRED') throw loginRequired();
      return {
        institution: data.item.institution_name ?? 'Bank',
        accounts: toBankAccounts(data.accounts),
      };
    },
    async getBalances(access_token) {
      const call = () => api.accountsBalanceGet({ access_token }, { timeout: bank_timeout_ms });
      const { data } = await read(call);
      return toBankAccounts(data.accounts);
    },
    async getTransactionPage(access_token, cursor) {
      const { data } = await read(() =>
        api.transactionsSync({ access_token, count: PAGE_SIZE, ...(cursor !== null && { cursor }) }),
      );
      return toPage(data);
    },
    async requestRefresh(access_token) {
      await once(() => api.transactionsRefresh({ access_token }, { timeout: bank_timeout_ms }));
    },
    async createProcessorToken(access_token, account_id) {
      // One that nobody uses does no harm, so asking twice does none either.
      const { data } = await read(() =>
        api.processorStripeBankAccountTokenCreate({ access_token, account_id }),
      );
      return data.stripe_bank_account_token;
    },
    async removeLink(access_token) {
      try {
        // Removing what is removed says so, hence a repeat is as safe as a read.
        await read(() => api.itemRemove({ access_token }));
      } catch (error) {
        if (!(error instanceof LinkGone)) throw error;
      }
    },
    async getWebhookKey(kid) {
      try {
        const { data } = await read(() => api.webhookVerificationKeyGet({ key_id: kid }), isUnknownKey);
        const { alg, crv, kty, use, x, y, expired_at } = data.key;
        return { jwk: { alg, crv, kty, use, x, y, kid: data.key.kid }, expired: expired_at !== null };
      } catch (error) {
        if (error instanceof UnknownKey) return undefined;
        throw error;
      }
    },
  };
}

function configuration({ base_path, client_id, secret }: PlaidOptions, timeout_ms: number): Configuration {
  return new Configuration({
    basePath: base_path,
    baseOptions: {
      timeout: timeout_ms,
      // What Plaid sends is bounded by the page size; anything larger is not Plaid.
      maxContentLength: 16 * 1024 * 1024,
      maxRedirects: 0,
      headers: { 'PLAID-CLIENT-ID': client_id, 'PLAID-SECRET': secret, 'Plaid-Version': '2020-09-14' },
    },
  });
}

function linkTokenRequest(request: LinkTokenRequest, simulated: boolean): LinkTokenCreateRequest {
  const { user_id, return_url, webhook_url, access_token } = request;
  return {
    client_name: 'Florin',
    language: 'en',
    country_codes: [CountryCode.Us],
    user: { client_user_id: user_id },
    webhook: webhook_url,
    ...(simulated && { redirect_uri: return_url }),
    // Update mode: "products should not be set" (Plaid, Link update mode).
    ...(access_token === undefined
      ? {
          products: [Products.Transactions],
          // What moving money in and out of the account takes; asked of the bank only once somebody does.
          additional_consented_products: [Products.Auth],
          transactions: { days_requested: HISTORY_DAYS },
        }
      : { access_token }),
  };
}

function standInPage(base_path: string, link_token: string): string {
  const url = new URL('/link', base_path);
  url.searchParams.set('token', link_token);
  return url.href;
}

async function once<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toBankError(error);
  }
}

/** For calls that do no harm when made twice. The SDK itself repeats nothing. */
async function read<T>(call: () => Promise<T>, toError = toBankError): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const failure = readFailure(error);
      const repeat = attempt < READ_ATTEMPTS && failure !== undefined && isTransient(failure);
      if (!repeat) throw toError(error);
      await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

class UnknownKey extends Error {}

function isUnknownKey(error: unknown): Error {
  const unknown = readFailure(error)?.error_code === 'INVALID_WEBHOOK_VERIFICATION_KEY_ID';
  return unknown ? new UnknownKey() : toBankError(error);
}

function toBankAccounts(accounts: readonly AccountBase[]): BankAccount[] {
  return accounts.flatMap((account) => toBankAccount(account) ?? []);
}

function toPage(data: TransactionsSyncResponse): TransactionPage {
  const received = (list: TransactionsSyncResponse['added']): ReceivedTransaction[] =>
    list.flatMap((transaction) => toReceivedTransaction(transaction) ?? []);
  return {
    changes: {
      added: received(data.added),
      modified: received(data.modified),
      removed: data.removed.map(({ transaction_id }) => transaction_id),
    },
    next_cursor: data.next_cursor === '' ? null : data.next_cursor,
    has_more: data.has_more,
  };
}
