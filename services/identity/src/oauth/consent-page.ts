import { type Scope, scopes as scopeTexts } from '@florin/chassis';
import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';
import { redirectPlace } from './client-rules.js';

export interface ConsentView {
  /** Where the form goes. */
  action: string;
  client: {
    client_id: string;
    name: string /** That answers for a client which has a document there. */;
    host: string | undefined;
  };
  redirect_uri: string;
  scopes: readonly Scope[];
  /** What the client may spend, in words; empty where the person has set no limits for it. */
  limits: readonly string[];
}

/** What a person is asked before a client may act for them, in plain words. */
export function consentPage(view: ConsentView, session: BrowserSession): Page {
  const { action, client, redirect_uri, scopes } = view;
  const sees = scopes.filter((scope) => scope.endsWith(':read'));
  const does = scopes.filter((scope) => !scope.endsWith(':read'));
  return {
    title: `Give ${client.name} access?`,
    session,
    body: html`<p>You are then sent back to <strong>${redirectPlace(redirect_uri)}</strong>.</p>
${origin(client)}
${list('It will see', sees)}
${list('It will be able to do', does)}
${limits(view)}
<p class="hint">You can take this back at any time under <a href="/account/agents">Access</a>.</p>
<form method="post" action="${action}">
${csrfField(session)}
<div class="actions">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Do not allow</button>
</div>
</form>`,
  };
}

function origin({ client_id, host }: ConsentView['client']): Html {
  if (host !== undefined)
    return html`<p>The app is described by <strong>${host}</strong>. Go on only if you trust that site.</p>`;
  return html`<p class="note">This app has registered itself as <code>${client_id}</code>: nobody has checked its name or who made
it. Go on only if you were about to connect it yourself just now.</p>`;
}

function list(heading: string, scopes: readonly Scope[]): Html {
  if (scopes.length === 0) return html``;
  return html`<h2>${heading}</h2>
<ul>
${scopes.map((scope) => html`<li>${scopeTexts[scope]}</li>`)}
</ul>`;
}

function limits({ limits, scopes }: ConsentView): Html {
  const spends = scopes.some((scope) =>
    ['payments:write', 'investing:trade', 'billing:write'].includes(scope),
  );
  if (!spends) return html``;
  if (limits.length === 0) {
    return html`<p>What it does with money follows the rules of your account: large payments still ask you first, and so do smaller ones to new payees. You
can set limits for it under <a href="/account/agents">Access</a>.</p>`;
  }
  return html`<p>Your limits for it:</p>
<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`;
}

/** For who has allowed the same before. A page and no redirect: a form's policy would stop it on its way from the sign-in. */
export function onwardPage(to: string, redirect_uri: string): Page {
  return {
    title: 'You are signed in',
    body: html`<p>Taking you back to <strong>${redirectPlace(redirect_uri)}</strong>.</p>
<p><a class="button" href="${to}">Go on</a></p>`,
  };
}
