import { fault } from '@florin/faults';
import type { Changes } from '../domain/apply-changes.js';
import { type BankData, ChangedWhilePaging } from '../providers/bank-data.js';

/** 100,000 transactions at 500 a page: more is no person's. */
const MAX_PAGES = 200;
const MAX_STARTS = 5;

export interface Collected {
  changes: Changes;
  /** To be kept together with the changes. */
  cursor: string | null;
}

/**
 * Reads every page of an update, from the cursor that is kept to the end.
 *
 * "if a call to /transactions/sync fails when retrieving a paginated update (e.g. due to the
 * TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION error), the entire pagination request loop must be restarted beginning with
 * the cursor for the first page of the update, rather than retrying only the single request that failed" (Plaid).
 * @param beforePage called before each page; throws to stop
 */
export async function collectChanges(
  bank: BankData,
  access_token: string,
  cursor: string | null,
  beforePage: () => Promise<void>,
): Promise<Collected> {
  for (let start = 1; ; start++) {
    try {
      return await collectOnce(bank, access_token, cursor, beforePage);
    } catch (error) {
      if (!(error instanceof ChangedWhilePaging)) throw error;
      if (start === MAX_STARTS) {
        throw fault(
          'PROVIDER_UNAVAILABLE',
          'The bank is changing these transactions right now. Try again later.',
          {
            cause: error,
          },
        );
      }
    }
  }
}

async function collectOnce(
  bank: BankData,
  access_token: string,
  first: string | null,
  beforePage: () => Promise<void>,
): Promise<Collected> {
  const changes = { added: [], modified: [], removed: [] } as Changes & Record<keyof Changes, unknown[]>;
  let cursor = first;
  for (let page_number = 0; page_number < MAX_PAGES; page_number++) {
    await beforePage();
    const page = await bank.getTransactionPage(access_token, cursor);
    changes.added.push(...page.changes.added);
    changes.modified.push(...page.changes.modified);
    changes.removed.push(...page.changes.removed);
    cursor = page.next_cursor ?? cursor;
    if (!page.has_more) return { changes, cursor };
  }
  throw fault('PROVIDER_REJECTED', 'The bank shows more transactions than can be read.');
}
