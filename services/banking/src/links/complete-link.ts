import { setTimeout } from 'node:timers/promises';
import { newId } from '@florin/chassis';
import { Fault, fault } from '@florin/faults';
import { transaction } from '@florin/postgres';
import type { BankingDeps } from '../deps.js';
import { type AccountView, listLinkAccounts } from '../store/accounts.js';
import { findLinkByPublicToken, type LinkRow, saveLink } from '../store/links.js';
import { hashSecret } from '../store/secrets.js';
import { saveAccounts } from './save-accounts.js';

interface Call {
  now: Date;
  traceparent?: string | undefined;
}

export interface CompletedLink {
  link_id: string;
  accounts: AccountView[];
}

/**
 * Turns a public token into a link with its accounts, and has their transactions fetched. The same token again gives the
 * same accounts, so a call whose answer was lost can be repeated.
 *
 * The link is kept as soon as the token is exchanged, for that works once: where the bank does not show the accounts right
 * then, a repeated call or the next sync gets them.
 * @throws Fault INVALID_PUBLIC_TOKEN, PROVIDER_UNAVAILABLE
 */
export async function completeLink(
  deps: BankingDeps,
  user_id: string,
  public_token: string,
  call: Call,
): Promise<CompletedLink> {
  const { db, bank, secrets, sync } = deps;
  const link = await ensureLink(deps, user_id, public_token, call.now);
  if (link.status === 'unlinked') throw usedUp();
  sync.nudge();
  const known = await listLinkAccounts(user_id, db, link.link_id);
  if (known.length > 0) return { link_id: link.link_id, accounts: known };
  const shown = await bank.getLink(secrets.openAccessToken(link));
  await transaction(db, (tx) => saveAccounts(tx, link, shown, call));
  return { link_id: link.link_id, accounts: await listLinkAccounts(user_id, db, link.link_id) };
}

async function ensureLink(
  deps: BankingDeps,
  user_id: string,
  public_token: string,
  now: Date,
): Promise<LinkRow> {
  const { db } = deps;
  const public_token_hash = hashSecret(public_token);
  const known = await findLinkByPublicToken(user_id, db, public_token_hash);
  if (known !== undefined) return known;
  try {
    return await exchange(deps, user_id, { public_token, public_token_hash, now });
  } catch (error) {
    const isUsed = error instanceof Fault && error.reason === 'INVALID_PUBLIC_TOKEN';
    const other = isUsed ? await linkOfOtherCall(user_id, db, public_token_hash) : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/** Between the exchange of a token and the commit of its link. */
const COMMIT_WAITS_MS = [0, 50, 100, 200, 400, 800];

/** Two calls with one token: the one that came second finds it used, perhaps before the first has kept its link. */
async function linkOfOtherCall(
  user_id: string,
  db: BankingDeps['db'],
  public_token_hash: string,
): Promise<LinkRow | undefined> {
  for (const wait_ms of COMMIT_WAITS_MS) {
    await setTimeout(wait_ms);
    const link = await findLinkByPublicToken(user_id, db, public_token_hash);
    if (link !== undefined) return link;
  }
  return undefined;
}

async function exchange(
  { db, bank, secrets }: BankingDeps,
  user_id: string,
  { public_token, public_token_hash, now }: { public_token: string; public_token_hash: string; now: Date },
): Promise<LinkRow> {
  const { access_token, provider_link_id } = await bank.exchangePublicToken(public_token);
  const link_id = newId('lnk');
  const link = await transaction(db, (tx) =>
    saveLink(user_id, tx, {
      link_id,
      user_id,
      provider_link_id,
      public_token_hash,
      access_token: secrets.sealAccessToken(provider_link_id, access_token),
      institution: 'Bank',
      status: 'active',
      linked_at: now,
      sync_due_at: now,
    }),
  );
  if (link === undefined) throw usedUp();
  return link;
}

function usedUp(): Fault {
  return fault(
    'INVALID_PUBLIC_TOKEN',
    'The public_token was used already. Link the bank again with create_link_token.',
  );
}
