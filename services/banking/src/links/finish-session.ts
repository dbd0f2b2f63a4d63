import { fault } from '@florin/faults';
import type { BankingDeps } from '../deps.js';
import { type AccountView, listLinkAccounts } from '../store/accounts.js';
import { completeLinkSession, findLinkSession, type LinkSession } from '../store/link-sessions.js';
import { requestSync } from '../store/links.js';
import { hashSecret } from '../store/secrets.js';
import { completeLink } from './complete-link.js';

/** What a visit to the link page finds. */
export type Visit =
  | { state: 'open'; session: LinkSession; link_token: string }
  | { state: 'done'; repaired: boolean; accounts: AccountView[] };

/**
 * @param state the secret in the page's address
 * @throws Fault NOT_FOUND, LINK_TOKEN_EXPIRED
 */
export async function visitSession(deps: BankingDeps, state: string, now: Date): Promise<Visit> {
  const session = await findLinkSession(deps.db, hashSecret(state));
  if (session === undefined) {
    throw fault('NOT_FOUND', 'This address is not known. Ask your assistant for a new link.');
  }
  const { user_id, link_id } = session;
  if (link_id !== null) {
    const accounts = await listLinkAccounts(user_id, deps.db, link_id);
    return { state: 'done', repaired: session.repairs_link_id !== null, accounts };
  }
  if (session.expires_at <= now) {
    throw fault('LINK_TOKEN_EXPIRED', 'This link has expired. Ask your assistant for a new one.');
  }
  return { state: 'open', session, link_token: deps.secrets.openLinkToken(session) };
}

/**
 * Ends the visit of somebody who comes back from the bank: what they linked is linked for whoever asked for the page, and
 * the page works no more. Coming back again finds it done.
 * @param public_token none where they turned back, or signed in again to a bank that is linked already
 */
export async function finishSession(
  deps: BankingDeps,
  state: string,
  public_token: string | undefined,
  call: { now: Date; traceparent?: string },
): Promise<Visit> {
  const visit = await visitSession(deps, state, call.now);
  if (visit.state === 'done') return visit;
  const { user_id, session_id, repairs_link_id } = visit.session;
  if (repairs_link_id !== null) {
    await requestSync(user_id, deps.db, repairs_link_id, call.now);
    deps.sync.nudge();
    await completeLinkSession(user_id, deps.db, session_id, repairs_link_id, call.now);
  } else if (public_token !== undefined) {
    const { link_id } = await completeLink(deps, user_id, public_token, call);
    await completeLinkSession(user_id, deps.db, session_id, link_id, call.now);
  }
  return visitSession(deps, state, call.now);
}
