import type { Clock } from '@florin/chassis';
import { type Html, html } from '@florin/chassis/html';
import type { Express, Request, Response } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { cookieOf, readCookie } from '../browser/cookie.js';
import { checkOrigin, formBody, formText, localPath } from '../browser/forms.js';
import { sendPage } from '../browser/page.js';
import { pageErrors } from '../browser/routes.js';
import { allowPasskeyScript, passkeyForm } from '../factors/passkey-form.js';
import type { Passkeys } from '../factors/passkeys.js';
import type { Factor } from '../store/factors.js';
import { HOME, type SignInChoice, secondFactorBody, signInBody } from './pages.js';
import type { KnownOrSource, SignedIn, SignIn } from './sign-in.js';

interface Parts {
  signIn: SignIn;
  passkeys: Passkeys;
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
  /** Ways to sign in elsewhere. */
  choices: () => Promise<readonly SignInChoice[]>;
}

const SEE_OTHER = 303;
const YEAR_MS = 365 * 24 * 3_600_000;

/** One text for every refusal: it names no cause, and what to do in each case. */
const REFUSED =
  'The e-mail address or the password is wrong, or there were too many attempts. Wait a little, then try again or choose a new password.';

/** The sign-in by password and second factor. */
export function signInRoutes(app: Express, parts: Parts): void {
  const { signIn, browserSessions, issuer, now, choices } = parts;
  const sameOrigin = checkOrigin(issuer);
  const browserMark = cookieOf(issuer, 'florin-browser');

  function sourceOf(request: Request): KnownOrSource {
    return {
      browser_mark: readCookie(request, browserMark),
      otherwise: { kind: 'address', address: request.ip ?? '' },
    };
  }

  async function enter(request: Request, response: Response, person: SignedIn): Promise<void> {
    await browserSessions.open(response, person, now());
    response.cookie(browserMark.name, person.browser_mark, { ...browserMark.options, maxAge: YEAR_MS });
    response.redirect(SEE_OTHER, returnTo(formText(request, 'return_to')));
  }

  async function show(
    response: Response,
    about: Omit<Parameters<typeof signInBody>[0], 'choices' | 'passkey'>,
  ): Promise<void> {
    const passkey = await passkeyButton(parts, response, about.return_to);
    const body = signInBody({ ...about, choices: await choices(), passkey });
    sendPage(response, { title: 'Sign in', body }, about.error === undefined ? 200 : 401);
  }

  async function askForCode(
    request: Request,
    response: Response,
    about: { challenge: string; factors: Factor[]; error?: string },
  ): Promise<void> {
    const return_to = returnTo(formText(request, 'return_to'));
    const passkey = await passkeyButton(parts, response, return_to);
    const body = secondFactorBody({ ...about, return_to, passkey });
    sendPage(response, { title: 'One more step', body }, about.error === undefined ? 200 : 401);
  }

  app.get('/sign-in', async (request, response) => {
    const return_to = returnTo(request.query.return_to);
    const again = request.query.fresh !== undefined;
    if (!again && (await browserSessions.current(request, now())) !== undefined) {
      return response.redirect(SEE_OTHER, return_to);
    }
    const notice = again ? 'To go on, show once more that it is you.' : undefined;
    await show(response, { return_to, notice });
  });

  app.post('/sign-in', formBody, sameOrigin, async (request, response) => {
    const username = formText(request, 'username').slice(0, 254);
    const attempt = {
      username,
      password: formText(request, 'password'),
      channel: 'browser' as const,
      source: sourceOf(request),
    };
    const verdict = await signIn.withPassword(attempt, now());
    if (verdict.outcome === 'signed_in') return enter(request, response, verdict.person);
    if (verdict.outcome === 'second_factor') return askForCode(request, response, verdict);
    await show(response, { return_to: returnTo(formText(request, 'return_to')), username, error: REFUSED });
  });

  app.post('/sign-in/second-factor', formBody, sameOrigin, async (request, response) => {
    const challenge = formText(request, 'challenge');
    const code = formText(request, 'code').slice(0, 40);
    const attempt = { challenge, code, channel: 'browser' as const, source: sourceOf(request) };
    const verdict = await signIn.withCode(attempt, now());
    if (verdict.outcome === 'signed_in') return enter(request, response, verdict.person);
    if (verdict.outcome === 'wrong_code') {
      const error = 'The code is wrong, or was used before. Wait for the next one, and try again.';
      return askForCode(request, response, { challenge, factors: verdict.factors, error });
    }
    const error = 'That took too long. Enter the password again.';
    await show(response, { return_to: returnTo(formText(request, 'return_to')), error });
  });

  app.post('/sign-in/passkey', formBody, sameOrigin, async (request, response) => {
    const person = await signIn.withPasskey(
      { challenge: formText(request, 'challenge'), answer: formText(request, 'answer') },
      now(),
    );
    if (person !== undefined) return enter(request, response, person);
    const error = 'The passkey was not recognized. Try again, or sign in with your password.';
    await show(response, { return_to: returnTo(formText(request, 'return_to')), error });
  });

  app.use('/sign-in', pageErrors());
}

async function passkeyButton(
  { passkeys, now }: Pick<Parts, 'passkeys' | 'now'>,
  response: Response,
  return_to: string,
): Promise<Html> {
  if (!passkeys.available) return html``;
  allowPasskeyScript(response);
  return passkeyForm({
    kind: 'get',
    action: '/sign-in/passkey',
    request: await passkeys.requestSignIn(now()),
    fields: html`<input type="hidden" name="return_to" value="${return_to}">`,
    button: 'Sign in with a passkey',
  });
}

function returnTo(given: unknown): string {
  return localPath(given) ?? HOME;
}
