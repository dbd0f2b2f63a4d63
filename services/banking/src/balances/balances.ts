import type { Clock, Logger } from '@florin/chassis';
import { asFault, type Fault, fault } from '@florin/faults';
import { type Db, transaction } from '@florin/postgres';
import { LRUCache } from 'lru-cache';
import { type BankData, bankFault } from '../providers/bank-data.js';
import { type AccountView, requireAccount } from '../store/accounts.js';
import { findLink, type LinkRow } from '../store/links.js';
import type { Secrets } from '../store/secrets.js';
import { saveBalances } from './save-balances.js';

/** A balance this young is not asked for again: the bank needs seconds, and counts how often it is asked. */
const FRESH_MS = 10_000;
/** Whoever waits longer gets what was seen last, and the bank's answer is kept for the next. */
const PATIENCE_MS = 8_000;

export interface Balance {
  account_id: string;
  currency: string;
  current_minor: bigint | null;
  available_minor: bigint | null;
  as_of: Date;
  source: 'live' | 'cached';
}

export interface Balances {
  /**
   * What the bank says now, or, where it does not answer, what it said last.
   * @throws Fault NOT_FOUND, ACCOUNT_UNLINKED; where nothing was ever seen also PROVIDER_UNAVAILABLE, BANK_LOGIN_REQUIRED
   */
  get(user_id: string, account_id: string): Promise<Balance>;
}

interface Options {
  db: Db;
  bank: BankData;
  secrets: Secrets;
  now: Clock;
  logger: Logger;
}

export function createBalances({ db, bank, secrets, now, logger }: Options): Balances {
  /** By link: the bank answers for all its accounts at once, so one question serves everybody who waits. */
  const asking = new Map<string, Promise<Fault | undefined>>();
  /** When the bank last answered, for who read the account before that and comes to ask after it. */
  const answeredAt_ms = new LRUCache<string, number>({ max: 10_000 });

  async function ask(link: LinkRow): Promise<Fault | undefined> {
    const running = asking.get(link.link_id);
    if (running !== undefined) return running;
    const answered_ms = answeredAt_ms.get(link.link_id) ?? Number.NEGATIVE_INFINITY;
    if (now().getTime() - answered_ms < FRESH_MS) return undefined;
    const question = askBank(link)
      .catch((error: unknown) => {
        logger.info({ link_id: link.link_id, cause: String(error) }, 'the bank gave no balance');
        return bankFault(error) ?? asFault(error);
      })
      .finally(() => asking.delete(link.link_id));
    asking.set(link.link_id, question);
    return question;
  }

  async function askBank(link: LinkRow): Promise<undefined> {
    const shown = await bank.getBalances(secrets.openAccessToken(link));
    await transaction(db, (tx) => saveBalances(tx, link, shown, now()));
    answeredAt_ms.set(link.link_id, now().getTime());
  }

  return {
    async get(user_id, account_id) {
      const stored = await requireAccount(user_id, db, account_id);
      if (isFresh(stored, now())) return toBalance(stored, 'cached');
      const link = await findLink(user_id, db, stored.link_id);
      if (link === undefined) throw new Error('an account has no link');
      const failure = await within(PATIENCE_MS, ask(link));
      if (failure === undefined) return toBalance(await requireAccount(user_id, db, account_id), 'live');
      if (stored.balance_as_of === null) throw failure;
      return toBalance(stored, 'cached');
    },
  };
}

function isFresh({ balance_as_of }: AccountView, now: Date): boolean {
  return balance_as_of !== null && now.getTime() - balance_as_of.getTime() < FRESH_MS;
}

function toBalance(account: AccountView, source: Balance['source']): Balance {
  const { account_id, currency, current_minor, available_minor, balance_as_of } = account;
  // The bank answered, but no longer shows this account.
  if (balance_as_of === null) {
    throw fault('PROVIDER_UNAVAILABLE', 'The bank shows no balance of this account. Try again later.');
  }
  return { account_id, currency, current_minor, available_minor, as_of: balance_as_of, source };
}

async function within(timeout_ms: number, answer: Promise<Fault | undefined>): Promise<Fault | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Fault>((resolve) => {
    timer = setTimeout(
      () =>
        resolve(fault('PROVIDER_UNAVAILABLE', 'The bank takes too long to answer. Try again in a minute.')),
      timeout_ms,
    );
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
