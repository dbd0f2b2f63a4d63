import { type Scope, scopes } from '@florin/chassis';
import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';
import type { ApiKeyRow } from '../store/api-keys.js';

export const KEYS_PAGE = '/account/keys';

interface Shown {
  keys: readonly ApiKeyRow[];
  environment: string;
  /** What the person may give to a key; empty where they may make none. */
  grantable: readonly Scope[];
  /** The one that was made just now, whole, for the one time that it can be shown. */
  made?: { name: string; api_key: string };
}

/** The person's API keys, each with a button that ends it, and a form that makes one. */
export function keysPage({ keys, environment, grantable, made }: Shown, session: BrowserSession): Page {
  return {
    title: 'API keys',
    session,
    body: html`<p>With a key a program acts for you. Revoke what you do not know or no longer need.</p>
${made === undefined ? html`` : madeNotice(made)}
<h2 id="keys">Your keys</h2>
${keys.length === 0 ? html`<p>None yet.</p>` : keys.map((key) => keySection(key, environment, session))}
${grantable.length === 0 ? html`` : makeForm(grantable, session)}`,
  };
}

function madeNotice({ name, api_key }: { name: string; api_key: string }): Html {
  return html`<section role="status" aria-labelledby="made">
<h2 id="made">${name} is made</h2>
<p>This is the key. It is shown this once: put it where it is needed now.</p>
<p><code>${api_key}</code></p>
</section>`;
}

function keySection(key: ApiKeyRow, environment: string, session: BrowserSession): Html {
  const { key_id, name, public_id, permissions, allowed_ips, requests_per_minute, expires_at } = key;
  return html`<section aria-labelledby="${key_id}">
<h3 id="${key_id}">${name}</h3>
<dl>
<dt>Begins with</dt><dd><code>fl_${environment}_${public_id}_</code></dd>
<dt>May</dt><dd>${permissions.join(', ')}</dd>
<dt>From</dt><dd>${allowed_ips?.join(', ') ?? 'anywhere'}</dd>
<dt>Requests in a minute</dt><dd>${requests_per_minute ?? 'no limit of yours'}</dd>
<dt>Made</dt><dd>${day(key.created_at)}</dd>
<dt>Works until</dt><dd>${expires_at === null ? 'you revoke it' : day(expires_at)}</dd>
<dt>Last used</dt><dd>${key.last_used_at === null ? 'never' : day(key.last_used_at)}</dd>
</dl>
<form method="post" action="${KEYS_PAGE}/${key_id}/revoke">
${csrfField(session)}
<button class="danger" type="submit">Revoke ${name}</button>
</form>
</section>`;
}

function makeForm(grantable: readonly Scope[], session: BrowserSession): Html {
  const box = (scope: Scope) =>
    html`<li><label><input type="checkbox" name="permissions" value="${scope}"> ${scopes[scope]}</label></li>`;
  return html`<h2 id="make">Make a key</h2>
<form method="post" action="${KEYS_PAGE}">
${csrfField(session)}
<label for="name">What it is for</label><input id="name" name="name" maxlength="80" required autocomplete="off">
<fieldset><legend>What it may do</legend><ul>${grantable.map(box)}</ul></fieldset>
<label for="expires_on">Works until the end of this day (UTC); left empty, until you revoke it</label>
<input id="expires_on" name="expires_on" type="date">
<label for="allowed_ips">Addresses or CIDR blocks that it works from, separated by commas; left empty, from anywhere</label>
<input id="allowed_ips" name="allowed_ips" autocomplete="off">
<button type="submit">Make the key</button>
</form>`;
}

function day(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
