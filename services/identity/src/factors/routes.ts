import type { Clock } from '@florin/chassis';
import { type Html, html } from '@florin/chassis/html';
import { Fault, fault } from '@florin/faults';
import { type Db, transaction } from '@florin/postgres';
import type { Express, Request, Response } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { checkCsrf, formBody, formText, requireSession, sessionOf } from '../browser/forms.js';
import { csrfField, sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { requireRecentSignIn } from '../sign-in/recent-sign-in.js';
import { replaceRecoveryCodes } from '../store/factors.js';
import { listPasskeys } from '../store/passkeys.js';
import type { PersonalData } from '../store/personal-data.js';
import { findSecurity } from '../store/security.js';
import { findContact } from '../store/users.js';
import { allowPasskeyScript, passkeyForm, passkeyScript } from './passkey-form.js';
import type { Passkeys } from './passkeys.js';
import { enrolBody, recoveryCodesBody, securityBody } from './security-page.js';
import type { TotpFactors } from './totp.js';

interface Parts {
  db: Db;
  personalData: PersonalData;
  browserSessions: BrowserSessions;
  totp: TotpFactors;
  passkeys: Passkeys;
  issuer: string;
  now: Clock;
}

const PATH = '/account/security';
const SEE_OTHER = 303;

/** The page on which people guard their account. What changes there asks for a sign-in of the last ten minutes. */
export function securityRoutes(app: Express, parts: Parts): void {
  const { db, browserSessions, totp, passkeys, issuer, now } = parts;
  const signedIn = requireSession({ browserSessions, now });
  const change = [formBody, signedIn, checkCsrf(issuer), requireRecentSignIn({ db, now, return_to: PATH })];

  app.get(passkeyScript.path, (_request, response) => {
    response.set('cache-control', 'public, max-age=31536000, immutable').type('js').send(passkeyScript.text);
  });

  app.get(PATH, signedIn, async (_request, response) => {
    const session = sessionOf(response);
    const [security, own] = await Promise.all([
      findSecurity(db, session.user_id, now()),
      listPasskeys(db, session.user_id),
    ]);
    if (security === undefined) throw fault('NOT_FOUND', 'This account was deleted.');
    const addPasskey = await addPasskeyForm(parts, response);
    const body = securityBody({ session, security, passkeys: own, addPasskey });
    sendPage(response, { title: 'Security', session, body });
  });

  app.post(`${PATH}/app`, ...change, async (_request: Request, response: Response) => {
    const session = sessionOf(response);
    const body = enrolBody(session, await totp.enrol(session.user_id, now()));
    sendPage(response, { title: 'Add an authenticator app', session, body });
  });

  app.post(`${PATH}/app/confirm`, ...change, async (request: Request, response: Response) => {
    const session = sessionOf(response);
    try {
      const codes = await totp.confirm(session.user_id, formText(request, 'code'), { now: now() });
      sendRecoveryCodes(response, codes);
    } catch (error) {
      if (!(error instanceof Fault) || error.reason !== 'INVALID_ARGUMENT') throw error;
      // A new key: the one before was shown once, and is not to be read again from here.
      const again = 'That was not the code of this key. Scan the new one, and enter the six digits it shows.';
      const body = enrolBody(session, await totp.enrol(session.user_id, now()), again);
      sendPage(response, { title: 'Add an authenticator app', session, body }, 400);
    }
  });

  app.post(`${PATH}/app/remove`, ...change, async (_request: Request, response: Response) => {
    await totp.remove(sessionOf(response).user_id, { now: now() });
    response.redirect(SEE_OTHER, PATH);
  });

  app.post(`${PATH}/recovery-codes`, ...change, async (_request: Request, response: Response) => {
    const { user_id } = sessionOf(response);
    sendRecoveryCodes(response, await transaction(db, (tx) => replaceRecoveryCodes(tx, user_id)));
  });

  app.post(`${PATH}/passkeys`, ...change, async (request: Request, response: Response) => {
    const registration = {
      user_id: sessionOf(response).user_id,
      challenge: formText(request, 'challenge'),
      answer: formText(request, 'answer'),
      name: nameOf(formText(request, 'name')),
    };
    const added = await passkeys.register(registration, now());
    if (added === undefined) {
      throw fault(
        'FAILED_PRECONDITION',
        'The passkey was not added. Go back to the page, reload it and try again.',
      );
    }
    if (added.recovery_codes !== undefined) return sendRecoveryCodes(response, added.recovery_codes);
    response.redirect(SEE_OTHER, PATH);
  });

  app.post(`${PATH}/passkeys/remove`, ...change, async (request: Request, response: Response) => {
    await passkeys.remove(sessionOf(response).user_id, formText(request, 'credential_id'), now());
    response.redirect(SEE_OTHER, PATH);
  });

  app.use(PATH, pageErrors());
}

async function addPasskeyForm(parts: Parts, response: Response): Promise<Html> {
  const session = sessionOf(response);
  const person = await findContact(parts, session.user_id);
  if (!parts.passkeys.available || person === undefined) {
    return html`<p class="hint">Passkeys need an address with a name, such as localhost in place of 127.0.0.1.</p>`;
  }
  allowPasskeyScript(response);
  return passkeyForm({
    kind: 'create',
    action: `${PATH}/passkeys`,
    request: await parts.passkeys.requestRegistration(person, parts.now()),
    fields: html`${csrfField(session)}<label for="passkey-name">Name of the new passkey</label>
<input id="passkey-name" name="name" type="text" maxlength="60" required value="My device">`,
    button: 'Add a passkey',
  });
}

function sendRecoveryCodes(response: Response, codes: readonly string[]): void {
  const session = sessionOf(response);
  sendPage(response, { title: 'Your recovery codes', session, body: recoveryCodesBody(codes) });
}

function nameOf(typed: string): string {
  return (
    typed
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 60) || 'Passkey'
  );
}
