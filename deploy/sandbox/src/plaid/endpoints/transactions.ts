import { z } from 'zod';
import type { AccountKind } from '../bank/institutions.js';
import { accessToken, type Call, defineEndpoint } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { accountId, presentAccount, presentTransaction } from '../present.js';
import type { Item } from '../state.js';
import { decodeCursor, encodeCursor, type Page, type Position, readPage } from '../sync.js';

const BEGINNING: Position = { since: 0, until: null, read: 0 };
const DEFAULT_COUNT = 100;

export const transactionsSync = defineEndpoint({
  path: '/transactions/sync',
  input: {
    access_token: accessToken,
    cursor: z.string().max(256).optional(),
    count: z.number().int().min(1).max(500).optional(),
    options: z
      .strictObject({
        include_original_description: z.boolean().nullish(),
        include_personal_finance_category: z.boolean().optional(),
        include_logo_and_counterparty_beta: z.boolean().optional(),
        personal_finance_category_version: z.literal('v1').optional(),
        days_requested: z.number().int().min(1).max(730).optional(),
        account_id: z.string().max(100).optional(),
      })
      .optional(),
  },
  run({ access_token, cursor, count, options }, call) {
    const { world } = call;
    const item = world.connectedItemOf(call.client_id, access_token);
    const only = options?.account_id === undefined ? undefined : accountOf(call, item, options.account_id);
    const log = world.feedOf(item).log;
    const position =
      cursor === 'now'
        ? { since: log.length, until: null, read: 0 }
        : cursor
          ? decodeCursor(cursor, item.item_id, only?.slot, log.length)
          : BEGINNING;
    if (position.until === null) {
      // Only where a loop begins: a page must not be the cause of the mutation it then complains about.
      world.refresh(item);
      item.sync_called = true;
    } else if (call.faults.take('mutation_during_pagination')) {
      throw new PlaidError('TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION');
    }
    const page = readPage(log, position, count ?? DEFAULT_COUNT, only ? [only.slot] : item.slots);
    return {
      transactions_update_status: world.updateStatus(item),
      accounts: world.accountsOf(item).map((account) => presentAccount(world, item, account)),
      ...changesOf(call, item, page, options?.include_original_description ?? false),
      next_cursor: encodeCursor(item.item_id, only?.slot, page.next),
      has_more: page.has_more,
    };
  },
});

function changesOf({ world }: Call, item: Item, { changes }: Page, with_description: boolean) {
  const feed = world.feedOf(item);
  const accounts = new Map(world.accountsOf(item).map((account) => [account.slot, account]));
  const transactions = (kind: 'added' | 'modified') =>
    changes.flatMap((change) => {
      const entry = feed.entry(change.transaction_id);
      const account = accounts.get(change.slot);
      if (change.kind !== kind || !entry || !account) return [];
      return [presentTransaction(item, account, entry, with_description)];
    });
  return {
    added: transactions('added'),
    modified: transactions('modified'),
    removed: changes
      .filter((change) => change.kind === 'removed')
      .map(({ transaction_id, slot }) => ({ transaction_id, account_id: accountId(item, { slot }) })),
  };
}

function accountOf({ world }: Call, item: Item, account_id: string): AccountKind {
  const account = world.accountsOf(item).find((each) => accountId(item, each) === account_id);
  if (!account) throw new PlaidError('INVALID_ACCOUNT_ID');
  return account;
}

export const transactionsRefresh = defineEndpoint({
  path: '/transactions/refresh',
  input: { access_token: accessToken },
  run({ access_token }, { world, client_id }) {
    const item = world.connectedItemOf(client_id, access_token);
    if (world.updateStatus(item) === 'NOT_READY') throw new PlaidError('PRODUCT_NOT_READY');
    world.poll(item);
    return {};
  },
});
