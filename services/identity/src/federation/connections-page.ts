import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';
import type { FederatedName } from '../store/federated-accounts.js';

/** A provider that the account is connected with. */
export interface Connection extends FederatedName {
  title: string;
  linked_at: Date;
}

export const CONNECTIONS_PATH = '/account/connections';

/** With whom else a person can sign in, and how to end that. */
export function connectionsPage(
  connections: readonly Connection[],
  session: BrowserSession,
  { said, wrong }: { said?: string; wrong?: string } = {},
): Page {
  return {
    title: 'Connected accounts',
    session,
    body: html`${said === undefined ? html`` : html`<p role="status" class="note">${said}</p>`}
${wrong === undefined ? html`` : html`<p role="alert" class="error">${wrong}</p>`}
<p>You can sign in to this account by signing in there. Whoever controls your account there can do so too.</p>
${connections.length === 0 ? html`<p>There are none. Choose one at the sign-in to connect it.</p>` : list(connections, session)}`,
  };
}

function list(connections: readonly Connection[], session: BrowserSession): Html {
  return html`<table>
<thead><tr><th scope="col">Provider</th><th scope="col">Since</th><th scope="col">Action</th></tr></thead>
<tbody>
${connections.map(
  ({ title, provider, subject, linked_at }) => html`<tr>
<td>${title}</td>
<td><time datetime="${linked_at.toISOString()}">${linked_at.toISOString().slice(0, 10)}</time></td>
<td><form method="post" action="${CONNECTIONS_PATH}">
${csrfField(session)}
<input type="hidden" name="provider" value="${provider}">
<input type="hidden" name="subject" value="${subject}">
<button class="link" type="submit" aria-label="Disconnect ${title}">Disconnect</button>
</form></td>
</tr>`,
)}
</tbody>
</table>`;
}
