import { type Clock, idSchema, isScope, newId, type Scope } from '@florin/chassis';
import { fault, invalidField } from '@florin/faults';
import { type Db, databaseFault } from '@florin/postgres';
import type { Express, Request, Response } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { onlyBrowsers } from '../browser/only-browsers.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { scopesOf } from '../domain/roles.js';
import { requireFreshFactor } from '../sign-in/recent-sign-in.js';
import { insertApiKey, listApiKeys, MAX_KEYS, revokeApiKey } from '../store/api-keys.js';
import { findRoles } from '../store/users.js';
import { type KeyEnvironment, newApiKey, newPublicId } from './api-key.js';
import { allowedIps, keyName, unknownKey } from './fields.js';
import { KEYS_PAGE, keysPage } from './keys-page.js';

interface Parts {
  db: Db;
  browserSessions: BrowserSessions;
  environment: KeyEnvironment;
  issuer: string;
  now: Clock;
}

const SEE_OTHER = 303;
const keyId = idSchema('key', 'The key.');

/** Where a person sees, makes and revokes keys. Their own click needs no further approval. */
export function keyRoutes(app: Express, { db, browserSessions, environment, issuer, now }: Parts): void {
  const signedIn = requireSession({ browserSessions, now });
  const guards = [onlyBrowsers, formBody, signedIn, checkCsrf(issuer)] as const;
  const fresh = requireFreshFactor({ db, now, return_to: KEYS_PAGE });

  async function show(response: Response, made?: { name: string; api_key: string }): Promise<void> {
    const session = sessionOf(response);
    const [keys, grantable] = await Promise.all([
      listApiKeys(db, session.user_id, { after: undefined, limit: MAX_KEYS }),
      grantableBy(db, session.user_id),
    ]);
    sendPage(response, keysPage({ keys, environment, grantable, ...(made && { made }) }, session));
  }

  app.get(KEYS_PAGE, onlyBrowsers, signedIn, (_request, response) => show(response));

  app.post(KEYS_PAGE, ...guards, fresh, async (request, response) => {
    const { user_id } = sessionOf(response);
    const made_at = now();
    const wanted = readForm(request, await grantableBy(db, user_id), made_at);
    const public_id = newPublicId();
    const { api_key, secret_hash } = newApiKey(environment, public_id);
    const times = { created_at: made_at, changed_at: made_at };
    const key = { key_id: newId('key'), user_id, public_id, secret_hash, ...wanted, ...times };
    if (!(await insertApiKey(db, key))) {
      throw fault('FAILED_PRECONDITION', `Nobody may have more than ${MAX_KEYS} keys. Revoke one first.`);
    }
    await show(response, { name: wanted.name, api_key });
  });

  app.post(`${KEYS_PAGE}/:key_id/revoke`, ...guards, async (request, response) => {
    const key_id = keyId.safeParse(request.params.key_id);
    if (!key_id.success) throw unknownKey();
    const { user_id } = sessionOf(response);
    if (!(await revokeApiKey(db, user_id, key_id.data, { now: now() }))) throw unknownKey();
    response.redirect(SEE_OTHER, KEYS_PAGE);
  });

  app.use(KEYS_PAGE, pageErrors(databaseFault));
}

/** None where the person's roles do not let them make keys at all. */
async function grantableBy(db: Db, user_id: string): Promise<Scope[]> {
  const held = scopesOf((await findRoles(db, user_id))?.roles ?? []);
  return held.includes('keys:manage') ? held : [];
}

/** @throws Fault INVALID_ARGUMENT, in the words of the form */
function readForm(request: Request, grantable: readonly Scope[], now: Date) {
  const { permissions: chosen = [] } = request.body as { permissions?: unknown };
  const permissions = [chosen].flat().filter((scope) => typeof scope === 'string' && isScope(scope));
  const name = keyName.safeParse(formText(request, 'name'));
  if (!name.success) throw invalidField('name', 'must say what the key is for, in at most 80 characters.');
  const isHeld = (scope: unknown) => grantable.some((held) => held === scope);
  if (permissions.length === 0 || !permissions.every(isHeld)) {
    throw invalidField('permissions', 'must be one or more of those that the form offers.');
  }
  const day = formText(request, 'expires_on');
  const expires_at = day === '' ? null : new Date(`${day}T23:59:59.999Z`);
  if (expires_at !== null && !(expires_at > now)) throw invalidField('expires_on', 'must be a day to come.');
  const blocks = formText(request, 'allowed_ips')
    .split(/[\s,]+/)
    .filter((block) => block !== '');
  const allowed_ips =
    blocks.length === 0 ? { success: true as const, data: null } : allowedIps.safeParse(blocks);
  if (!allowed_ips.success) {
    throw invalidField('allowed_ips', 'must be addresses or CIDR blocks, such as 203.0.113.0/24.');
  }
  return { name: name.data, permissions: permissions as string[], expires_at, allowed_ips: allowed_ips.data };
}
