import { type Html, html } from '@florin/chassis/html';
import { renderSVG } from 'uqr';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField } from '../browser/page.js';
import { describedBy, errorText } from '../sign-in/pages.js';
import type { Security } from '../store/security.js';
import type { TotpEnrolment } from './totp.js';

interface SecurityPage {
  session: BrowserSession;
  security: Security;
  passkeys: readonly { credential_id: string; name: string; created_at: Date; last_used_at: Date | null }[];
  /** The form to add one; empty where this address can have none. */
  addPasskey: Html;
}

export function securityBody({ session, security, passkeys, addPasskey }: SecurityPage): Html {
  return html`<h2>Authenticator app</h2>
${security.totp ? removeApp(session) : addApp(session)}
<h2>Passkeys</h2>
<p>A passkey signs you in with your fingerprint, face or device code, in place of the password.</p>
${passkeys.length === 0 ? html`<p>None yet.</p>` : passkeyTable(session, passkeys)}
${addPasskey}
<h2>Recovery codes</h2>
<p>${
    security.recovery_codes_left === 0
      ? 'You have none. They come with the first authenticator app or passkey.'
      : `${security.recovery_codes_left} are left.`
  }</p>
${security.mfa_enabled ? newCodes(session) : html``}
<h2>Password</h2>
<p><a href="/forgot-password">Choose a new password</a></p>
<h2>Access</h2>
<p>${security.sessions} sign-ins and ${security.api_keys} API keys can act for you. <a href="/account/agents">Look at them</a></p>`;
}

function addApp(session: BrowserSession): Html {
  return html`<p>With one, signing in asks for a code from your phone after the password.</p>
${action(session, '/account/security/app', 'Add an authenticator app', '')}`;
}

function removeApp(session: BrowserSession): Html {
  return html`<p>Signing in asks for its code.</p>
${action(session, '/account/security/app/remove', 'Remove it', 'danger')}`;
}

function newCodes(session: BrowserSession): Html {
  return action(session, '/account/security/recovery-codes', 'Make new codes', 'quiet');
}

function action(session: BrowserSession, path: string, button: string, look: string): Html {
  return html`<form method="post" action="${path}">${csrfField(session)}<button class="${look}" type="submit">${button}</button></form>`;
}

function passkeyTable(session: BrowserSession, passkeys: SecurityPage['passkeys']): Html {
  return html`<table>
<thead><tr><th scope="col">Passkey</th><th scope="col">Added</th><th scope="col">Last used</th><th scope="col">Remove</th></tr></thead>
<tbody>
${passkeys.map(
  ({ credential_id, name, created_at, last_used_at }) =>
    html`<tr><td>${name}</td><td>${dayOf(created_at)}</td><td>${last_used_at === null ? 'Never' : dayOf(last_used_at)}</td>
<td><form method="post" action="/account/security/passkeys/remove">${csrfField(session)}<input type="hidden" name="credential_id" value="${credential_id}"><button class="link" type="submit" aria-label="Remove ${name}">Remove</button></form></td></tr>`,
)}
</tbody>
</table>`;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

export function enrolBody(session: BrowserSession, enrolment: TotpEnrolment, error?: string): Html {
  const { secret, otpauth_uri } = enrolment;
  const picture = `data:image/svg+xml;base64,${Buffer.from(renderSVG(otpauth_uri, { border: 2 })).toString('base64')}`;
  return html`<p>Scan this with your authenticator app, or type the key into it:</p>
<p><img src="${picture}" width="220" height="220" alt="QR code of the key below"></p>
<p>Key: <code>${(secret.match(/.{1,4}/g) ?? []).join(' ')}</code></p>
${errorText(error)}
<form method="post" action="/account/security/app/confirm">${csrfField(session)}
<label for="code">The six digits that the app shows</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10" ${describedBy(error)}>
<button type="submit">Confirm</button>
</form>`;
}

export function recoveryCodesBody(codes: readonly string[]): Html {
  return html`<p role="status">Keep these ten codes where you find them without your phone. Each is good once, in place of a code or a passkey. They are shown this once.</p>
<ul>
${codes.map((code) => html`<li><code>${code}</code></li>`)}
</ul>
<p><a class="button" href="/account/security">I have kept them</a></p>`;
}
