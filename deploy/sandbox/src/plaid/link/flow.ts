import { randomUUID } from 'node:crypto';
import { type AccountKind, type Institution, institutionById, type Slot } from '../bank/institutions.js';
import { maskOf } from '../bank/person.js';
import type { LinkSession, LinkToken } from '../state.js';
import type { World } from '../world.js';

/** What signs in at every bank of the stand-in, as in Plaid's own sandbox. */
export const CREDENTIALS = { username: 'user_good', password: 'pass_good' };

/** Why a step of Link cannot be taken: what the page says, and the HTTP status it says it with. */
export class LinkRefusal extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 410,
    message: string,
  ) {
    super(message);
  }
}

/** The link token a page was opened with. Refused where it is unknown, expired or done. */
export function openLinkToken(world: World, link_token: string): LinkToken {
  const token = world.state.link_tokens.find((each) => each.link_token === link_token);
  if (!token) throw new LinkRefusal(404, 'This link is not known. Ask for a new one where you came from.');
  if (token.expires_at_ms <= world.nowMs()) {
    throw new LinkRefusal(410, 'This link has expired. Ask for a new one where you came from.');
  }
  if (token.session && token.session.finished_at_ms !== null) {
    throw new LinkRefusal(409, 'This link has been used. Ask for a new one where you came from.');
  }
  return token;
}

/** The banks a person may choose from: one only, where the link repairs an existing connection. */
export function institutionsFor(world: World, token: LinkToken, all: readonly Institution[]): Institution[] {
  if (token.update_item_id !== null) return [world.institutionOf(world.itemById(token.update_item_id))];
  return all.filter((each) => each.country_codes.some((code) => token.country_codes.includes(code)));
}

export function institutionFor(world: World, token: LinkToken, institution_id: string): Institution {
  const institution = institutionById(institution_id);
  if (!institution || !institutionsFor(world, token, [institution]).includes(institution)) {
    throw new LinkRefusal(404, 'This bank is not offered. Go back and choose one from the list.');
  }
  return institution;
}

/**
 * Signs a person in; false where user name or password is wrong. What follows is bound to the session made here, whose
 * id only the page that signed in knows.
 */
export function signIn(
  world: World,
  token: LinkToken,
  institution: Institution,
  username: string,
  password: string,
): boolean {
  if (username !== CREDENTIALS.username || password !== CREDENTIALS.password) return false;
  const { institution_id } = institution;
  const person_key =
    token.update_item_id === null
      ? world.nextPerson(institution_id)
      : world.itemById(token.update_item_id).person_key;
  token.session = {
    link_session_id: randomUUID(),
    started_at_ms: world.nowMs(),
    finished_at_ms: null,
    institution_id,
    person_key,
    public_token: null,
    item_id: null,
  };
  return true;
}

export interface Choice extends Pick<AccountKind, 'slot' | 'name' | 'subtype' | 'currency'> {
  mask: string;
}

export function signedIn(world: World, link_session_id: string): { token: LinkToken; session: LinkSession } {
  const found = world.state.link_tokens.find((each) => each.session?.link_session_id === link_session_id);
  if (!found?.session) throw new LinkRefusal(404, 'You are not signed in any more. Open the link again.');
  const token = openLinkToken(world, found.link_token);
  return { token, session: found.session };
}

export function choicesOf(world: World, session: LinkSession): Choice[] {
  const accounts = institutionById(session.institution_id)?.accounts ?? [];
  return accounts.map(({ slot, name, subtype, currency }) => {
    const mask = maskOf(world.options.seed, session.person_key, slot);
    return { slot, name, subtype, currency, mask };
  });
}

/** Ends the flow: connects the chosen accounts, or repairs the connection in update mode. */
export function finish(world: World, token: LinkToken, session: LinkSession, slots: readonly Slot[]): void {
  const institution = institutionById(session.institution_id);
  if (!institution) throw new LinkRefusal(404, 'This bank is not offered any more.');
  if (token.update_item_id === null) {
    const item = world.createItem({
      client_id: token.client_id,
      institution,
      person_key: session.person_key,
      slots,
      webhook: token.webhook,
      days_requested: token.days_requested,
    });
    session.item_id = item.item_id;
    session.public_token = world.issuePublicToken(item);
  } else {
    const item = world.itemById(token.update_item_id);
    item.login_required = false;
    item.slots = [...slots];
  }
  session.finished_at_ms = world.nowMs();
  announceEnd(world, token, session, 'SUCCESS');
}

/** The person turned back. The link token can be used again until it expires. */
export function turnBack(world: World, token: LinkToken): void {
  announceEnd(world, token, token.session, 'EXITED');
  token.session = null;
}

/** "SESSION_FINISHED … is sent only for sessions enabled for the Hosted Link flow" (Plaid, LinkSessionFinishedWebhook) */
function announceEnd(
  world: World,
  token: LinkToken,
  session: LinkSession | null,
  status: 'SUCCESS' | 'EXITED',
): void {
  if (!token.hosted || token.webhook === null) return;
  world.send(token.webhook, {
    webhook_type: 'LINK',
    webhook_code: 'SESSION_FINISHED',
    status,
    link_session_id: session?.link_session_id ?? randomUUID(),
    link_token: token.link_token,
    ...(session?.public_token ? { public_tokens: [session.public_token] } : {}),
    environment: 'sandbox',
  });
}

/**
 * Where the browser goes at the end: only ever to what the client named when it made the link token.
 * Hosted Link returns to `completion_redirect_uri` as it stands, and the client asks /link/token/get. To `redirect_uri`
 * the stand-in hands what Link's onSuccess would: Plaid's script does that in the page, and here is no script.
 * Undefined where the client named neither.
 */
export function destinationOf(token: LinkToken): string | undefined {
  if (token.completion_redirect_uri !== null) return token.completion_redirect_uri;
  if (token.redirect_uri === null) return undefined;
  const url = new URL(token.redirect_uri);
  url.searchParams.set('link_token', token.link_token);
  if (token.session?.public_token) url.searchParams.set('public_token', token.session.public_token);
  return url.href;
}
