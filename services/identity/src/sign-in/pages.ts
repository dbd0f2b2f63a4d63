import { type Html, html } from '@florin/chassis/html';
import type { Factor } from '../store/factors.js';

/** A way to sign in that is somebody else's: a button that leads there. */
export interface SignInChoice {
  name: string;
  /** A path of identity's. */
  start_url: string;
}

interface SignInForm {
  return_to: string;
  username?: string;
  error?: string | undefined;
  /** Said above the form: why the person is here, where that is not plain. */
  notice?: string | undefined;
  choices: readonly SignInChoice[];
  passkey: Html;
}

export function signInBody({ return_to, username = '', error, notice, choices, passkey }: SignInForm): Html {
  return html`${notice === undefined ? html`` : html`<p role="status" class="note">${notice}</p>`}
${errorText(error)}
<form method="post" action="/sign-in">
<input type="hidden" name="return_to" value="${return_to}">
<label for="username">E-mail address</label>
<input id="username" name="username" type="email" autocomplete="username webauthn" required maxlength="254" value="${username}" ${describedBy(error)}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128" ${describedBy(error)}>
<button type="submit">Sign in</button>
</form>
${passkey}
${choices.map(
  ({ name, start_url }) =>
    html`<p><a class="button quiet" href="${withReturn(start_url, return_to)}">Sign in with ${name}</a></p>`,
)}
<p><a href="/forgot-password">Forgot your password?</a> · <a href="${withReturn('/register', return_to)}">Make an account</a></p>`;
}

const words: Record<Factor, string> = {
  totp: 'the six digits that your authenticator app shows',
  recovery_code: 'one of your recovery codes',
  passkey: 'your passkey',
};

interface SecondFactorForm {
  challenge: string;
  return_to: string;
  factors: readonly Factor[];
  error?: string | undefined;
  passkey: Html;
}

export function secondFactorBody(form: SecondFactorForm): Html {
  const { factors, error, passkey } = form;
  const typed = factors.filter((factor) => factor !== 'passkey').map((factor) => words[factor]);
  return html`<p>The password is right. One more step: it keeps your money safe from whoever learns the password.</p>
${errorText(error)}
${typed.length === 0 ? html`` : codeForm(form, typed)}
${factors.includes('passkey') ? passkey : html``}
<p><a href="/sign-in">Start again</a></p>`;
}

function codeForm({ challenge, return_to, error }: SecondFactorForm, typed: readonly string[]): Html {
  return html`<form method="post" action="/sign-in/second-factor">
<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="return_to" value="${return_to}">
<label for="code">Code</label>
<p class="hint" id="code-hint">Enter ${typed.join(', or ')}.</p>
<input id="code" name="code" type="text" autocomplete="one-time-code" required autofocus maxlength="40" ${error === undefined ? html`aria-describedby="code-hint"` : html`aria-describedby="code-hint error" aria-invalid="true"`}>
<button type="submit">Continue</button>
</form>`;
}

/** Read out at once by screen readers, and named by the fields that it is about. */
export function errorText(error: string | undefined): Html {
  return error === undefined ? html`` : html`<p id="error" role="alert" class="error">${error}</p>`;
}

export function describedBy(error: string | undefined): Html {
  return error === undefined ? html`` : html`aria-describedby="error" aria-invalid="true"`;
}

function withReturn(path: string, return_to: string): string {
  return return_to === HOME ? path : `${path}?return_to=${encodeURIComponent(return_to)}`;
}

/** Where people go on who came from nowhere. */
export const HOME = '/account/security';
