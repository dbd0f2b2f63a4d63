import { type Html, html, page } from '../../page.js';
import type { Institution } from '../bank/institutions.js';
import type { LinkToken } from '../state.js';
import { type Choice, CREDENTIALS } from './flow.js';

const STAND_IN = html`<p class="note">This is a stand-in for Plaid Link. No real bank is behind it.</p>`;

export function institutionsPage(token: LinkToken, institutions: readonly Institution[]): string {
  const choices = institutions.map(
    ({ institution_id, name }) =>
      html`<li><a class="choice" href="${stepUrl(token, institution_id)}">${name}</a></li>`,
  );
  return page(
    'Choose your bank',
    html`<h1>Choose your bank</h1>
<p><strong>${token.client_name}</strong> asks to read your accounts.</p>
${STAND_IN}
<ul class="choices">
${choices}
</ul>
${exitForm(token)}`,
  );
}

export function signInPage(token: LinkToken, institution: Institution, error?: string): string {
  return page(
    `Sign in to ${institution.name}`,
    html`<h1>Sign in to ${institution.name}</h1>
${error ? html`<p class="error" role="alert">${error}</p>` : html``}
<p class="note">This is a stand-in: the user name is <code>${CREDENTIALS.username}</code>, the password <code>${CREDENTIALS.password}</code>.</p>
<form method="post" action="/link/sign-in">
<input type="hidden" name="token" value="${token.link_token}">
<input type="hidden" name="institution_id" value="${institution.institution_id}">
<p><label for="username">User name</label>
<input id="username" name="username" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" required autofocus></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off" required></p>
<p><button type="submit">Sign in</button></p>
</form>
${exitForm(token)}`,
  );
}

export function accountsPage(
  token: LinkToken,
  link_session_id: string,
  choices: readonly Choice[],
  error?: string,
): string {
  const boxes = choices.map(
    ({ slot, name, subtype, mask, currency }) =>
      html`<label><input type="checkbox" name="account" value="${slot}" checked> ${name} (${subtype}, ${currency}, ending in ${mask})</label>`,
  );
  return page(
    'Choose your accounts',
    html`<h1>Choose your accounts</h1>
${error ? html`<p class="error" role="alert">${error}</p>` : html``}
<form method="post" action="/link/accounts">
<input type="hidden" name="session" value="${link_session_id}">
<fieldset>
<legend>Accounts that ${token.client_name} may read</legend>
${boxes}
</fieldset>
<p><button type="submit">Connect</button></p>
</form>
${exitForm(token)}`,
  );
}

export function finishedPage(token: LinkToken): string {
  const public_token = token.session?.public_token;
  return page(
    'Connected',
    html`<h1>Connected</h1>
${
  public_token
    ? html`<p>Public token, valid once and for 30 minutes:</p>
<pre>${public_token}</pre>`
    : html`<p>The connection works again.</p>`
}
<p>You can close this page.</p>`,
  );
}

export function exitedPage(): string {
  return page('Not connected', html`<h1>Nothing was connected</h1><p>You can close this page.</p>`);
}

export function refusalPage(message: string): string {
  return page(
    'This link cannot be used',
    html`<h1>This link cannot be used</h1><p role="alert">${message}</p>`,
  );
}

function exitForm(token: LinkToken): Html {
  return html`<form method="post" action="/link/exit">
<input type="hidden" name="token" value="${token.link_token}">
<p><button type="submit">Cancel</button></p>
</form>`;
}

function stepUrl({ link_token }: LinkToken, institution_id: string): string {
  return `/link?token=${encodeURIComponent(link_token)}&institution_id=${encodeURIComponent(institution_id)}`;
}
