import type { Context } from '@florin/chassis';
import type { BankingDeps } from '../deps.js';
import { personOf } from '../operations/fields.js';
import { listAccounts } from '../store/accounts.js';

const MOST = 100;

/** The person's own account ids that begin with what was typed. */
export async function completeAccountId(
  typed: string,
  { actor, deps }: Context<BankingDeps>,
): Promise<string[]> {
  const accounts = await listAccounts(personOf(actor), deps.db, { limit: MOST });
  return accounts.map(({ account_id }) => account_id).filter((id) => id.startsWith(typed));
}
