import { randomBytes } from 'node:crypto';
import { newId } from '@florin/chassis';
import type { BankingDeps } from '../deps.js';
import { requireAccount } from '../store/accounts.js';
import { insertLinkSession } from '../store/link-sessions.js';
import { findLink, type LinkRow } from '../store/links.js';
import { hashSecret } from '../store/secrets.js';

/** A link that nobody finished within this time was forgotten, and its address may have been seen by others. */
const SESSION_LIFETIME_MS = 30 * 60_000;
const STATE_BYTES = 32;

export interface StartedLink {
  link_token: string;
  /** Our page that runs the link. Whoever has it acts for this person, so it works once and not for long. */
  link_url: string;
  expires_at: Date;
}

/**
 * Begins to link a bank.
 * @param repair_account_id an account whose bank wants a new sign-in; none to link a new bank
 * @throws Fault NOT_FOUND, ACCOUNT_UNLINKED, PROVIDER_UNAVAILABLE
 */
export async function startLink(
  deps: BankingDeps,
  user_id: string,
  { now, repair_account_id }: { now: Date; repair_account_id?: string | undefined },
): Promise<StartedLink> {
  const { db, bank, secrets, public_url } = deps;
  const repaired = repair_account_id && (await linkOf(deps, user_id, repair_account_id));
  const state = randomBytes(STATE_BYTES).toString('base64url');
  const link_url = `${public_url}/link/${state}`;
  const token = await bank.createLinkToken({
    user_id,
    return_url: `${link_url}/return`,
    webhook_url: `${public_url}/webhooks/plaid`,
    ...(repaired && { access_token: secrets.openAccessToken(repaired) }),
  });
  const session_id = newId('lks');
  const expires_at = new Date(Math.min(token.expires_at.getTime(), now.getTime() + SESSION_LIFETIME_MS));
  await insertLinkSession(user_id, db, {
    session_id,
    state_hash: hashSecret(state),
    link_token: secrets.sealLinkToken(session_id, token.link_token),
    hosted_url: token.hosted_url,
    repairs_link_id: repaired ? repaired.link_id : null,
    expires_at,
  });
  return { link_token: token.link_token, link_url, expires_at };
}

async function linkOf({ db }: BankingDeps, user_id: string, account_id: string): Promise<LinkRow> {
  const account = await requireAccount(user_id, db, account_id);
  const link = await findLink(user_id, db, account.link_id);
  if (link === undefined) throw new Error('an account has no link');
  return link;
}
