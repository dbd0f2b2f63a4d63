import type { Clock, Logger } from '@florin/chassis';
import { asFault, Fault } from '@florin/faults';
import { addEvent, transaction } from '@florin/postgres';
import type { BankingDeps } from '../deps.js';
import { retryDelayMs } from '../domain/backoff.js';
import { saveAccounts } from '../links/save-accounts.js';
import { LinkGone } from '../providers/bank-data.js';
import { accountsUri } from '../resources/uris.js';
import { type LinkRow, lockLink, updateLink } from '../store/links.js';
import { collectChanges } from './collect-changes.js';
import { commitChanges } from './commit-changes.js';

/** How long a claim holds without being renewed: longer than any one call to the provider, its retries included. */
export const CLAIM_MS = 2 * 60_000;
/** Webhooks say when there is something new; this is for those that got lost. */
const POLL_EVERY_MS = 4 * 3_600_000;
/** A bank that has delivered nothing yet. */
const NOT_READY_RETRY_MS = 10_000;

export type SyncDeps = Pick<BankingDeps, 'db' | 'bank' | 'secrets'>;

/** Brings a claimed link up to date, and says when it is due next. Never throws for what the bank does. */
export async function syncLink(
  deps: SyncDeps,
  claimed: LinkRow,
  { now, logger, signal }: { now: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { db } = deps;
  const { user_id, link_id } = claimed;
  try {
    const renew = async () => {
      signal.throwIfAborted();
      await updateLink(user_id, db, link_id, { sync_claimed_until: new Date(now().getTime() + CLAIM_MS) });
    };
    await readAndCommit(deps, claimed, now, renew);
  } catch (error) {
    if (signal.aborted) await updateLink(user_id, db, link_id, { sync_claimed_until: null });
    else if (isBroken(error)) await markBroken(deps, claimed, error, now());
    else await postpone(deps, claimed, now());
    logger.info({ link_id, cause: describe(error) }, 'a link could not be synced');
  }
}

async function readAndCommit(
  { db, bank, secrets }: SyncDeps,
  claimed: LinkRow,
  now: Clock,
  renew: () => Promise<void>,
): Promise<void> {
  const access_token = secrets.openAccessToken(claimed);
  const shown = await bank.getLink(access_token);
  await transaction(db, (tx) => saveAccounts(tx, claimed, shown, { now: now() }));
  const collected = await collectChanges(bank, access_token, claimed.cursor, renew);
  const isReady = collected.cursor !== null;
  await transaction(db, async (tx) => {
    const at = now();
    if (!(await commitChanges(tx, claimed, collected, at))) return;
    const due_ms = at.getTime() + (isReady ? POLL_EVERY_MS : NOT_READY_RETRY_MS);
    await finish(tx, claimed, new Date(due_ms), {
      status: 'active',
      sync_attempts: 0,
      ...(isReady && { synced_at: at }),
    });
  });
}

/** Ends the claim. What was asked for meanwhile is still to be done, hence due at once. */
async function finish(
  tx: Parameters<typeof lockLink>[1],
  claimed: LinkRow,
  due_at: Date | null,
  values: Parameters<typeof updateLink>[3],
): Promise<void> {
  const { user_id, link_id } = claimed;
  const link = await lockLink(user_id, tx, link_id);
  if (link === undefined || link.status === 'unlinked') return;
  const asked = link.sync_requests !== claimed.sync_requests;
  await updateLink(user_id, tx, link_id, {
    ...values,
    sync_claimed_until: null,
    ...(!asked && { sync_due_at: due_at }),
  });
}

function isBroken(error: unknown): error is Error {
  return error instanceof LinkGone || (error instanceof Fault && error.reason === 'BANK_LOGIN_REQUIRED');
}

/** Only the person can help now: nothing is tried until a webhook or a new sign-in says so. */
async function markBroken({ db }: SyncDeps, claimed: LinkRow, error: Error, now: Date): Promise<void> {
  const { user_id, link_id } = claimed;
  await transaction(db, async (tx) => {
    const link = await lockLink(user_id, tx, link_id);
    if (link?.status === 'active') {
      await addEvent(
        tx,
        {
          type: 'florin.banking.link.broken.v1',
          aggregate_id: link_id,
          data: {
            link_id,
            user_id,
            reason: error instanceof LinkGone ? 'access_revoked' : 'login_required',
          },
          resources: [accountsUri(user_id)],
        },
        now,
      );
    }
    await finish(tx, claimed, null, { status: 'needs_login' });
  });
}

async function postpone({ db }: SyncDeps, claimed: LinkRow, now: Date): Promise<void> {
  const sync_attempts = claimed.sync_attempts + 1;
  const due_at = new Date(now.getTime() + retryDelayMs(sync_attempts, Math.random()));
  await transaction(db, (tx) => finish(tx, claimed, due_at, { sync_attempts }));
}

function describe(error: unknown): string {
  const { reason, cause } = asFault(error);
  return cause === undefined ? reason : `${reason}: ${String(cause)}`;
}
