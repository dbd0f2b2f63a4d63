import { type Html, html, htmlDocument } from '@florin/chassis/html';
import { pageScript } from '../http/page-script.js';
import { STYLESHEET_PATH } from '../http/stylesheet.js';
import type { MeshStatus } from '../mesh-status.js';
import { clientSetups } from './clients.js';

/** What the status is read from, as JSON. */
export const STATUS_PATH = '/console/status';

interface PageOptions {
  /** The gateway's origin. */
  public_url: string;
  issuer: string;
  status: MeshStatus;
  /** What the services show: rendered once for each catalogue. */
  catalogue: Html;
}

const modeTexts: Record<MeshStatus['mode'], string> = {
  simulated: 'Simulated: banks and payments are stand-ins, no money is real.',
  sandbox: "Sandbox: the providers' own test environments, no money is real.",
  live: 'Live: this moves real money.',
};

/** What somebody sees who opens the gateway in a browser: what runs, in which mode, how to connect, what there is. */
export function consolePage({ public_url, issuer, status, catalogue }: PageOptions): string {
  const body = html`<header>
<h1>Florin</h1>
<p>Your accounts, for the assistants you choose. <span class="mode ${status.mode}">${status.mode}</span></p>
<p>${modeTexts[status.mode]}</p>
</header>
<main>
${statusSection(status)}
${clientsSection(`${public_url}/mcp`, issuer.replace(/\/$/, ''))}
${catalogue}
</main>
${pageScript}`;
  return htmlDocument({ title: 'Florin', stylesheet_path: STYLESHEET_PATH, body });
}

function statusSection({ services, collisions, version }: MeshStatus): Html {
  const rows = services.map(
    ({ name, status, version, mode, since }) => html`<tr data-service="${name}">
<th scope="row">${name}</th><td class="${status}">${status}</td><td>${version || '–'}</td><td>${mode || '–'}</td>
<td><time datetime="${since}">${since.slice(0, 19).replace('T', ' ')} UTC</time></td>
</tr>`,
  );
  const refused = collisions.map(
    ({ kind, name, served_by, refused_from }) =>
      html`<p class="degraded">The ${kind} <code>${name}</code> of ${refused_from} is not served: ${served_by} has one of that name.</p>`,
  );
  return html`<section aria-labelledby="services">
<h2 id="services">What runs</h2>
<p>Version ${version}. <span data-told aria-live="polite"></span></p>
<div class="wide" tabindex="0" role="group" aria-label="Services">
<table>
<thead><tr>
<th scope="col">Service</th><th scope="col">Status</th><th scope="col">Version</th><th scope="col">Mode</th>
<th scope="col">Since</th>
</tr></thead>
<tbody data-live="${STATUS_PATH}">
${rows}
</tbody>
</table>
</div>
${refused}
</section>`;
}

function clientsSection(url: string, issuer: string): Html {
  const setups = clientSetups(url).map(
    ({ client, how, snippet }) => html`<details>
<summary>${client}</summary>
<p>${how}</p>
<pre tabindex="0" data-copy><code>${snippet}</code></pre>
</details>`,
  );
  return html`<section aria-labelledby="connect">
<h2 id="connect">Connect your client</h2>
<p>The address is all that a client needs. It opens a page in your browser, where you sign in and see what it asks for before
you allow it.</p>
<pre tabindex="0" data-copy><code>${url}</code></pre>
${setups}
<details>
<summary>Without a browser</summary>
<p>A client that can send a header may bring an access token or an API key, as <code>Authorization: Bearer …</code>. A token
lives for minutes; where passwords are taken, get it by</p>
<pre tabindex="0" data-copy><code>curl -s ${issuer}/auth/login -H 'content-type: application/json' \\
  -d '{"username": "you@example.com", "password": "…"}'</code></pre>
<p>Clients that can do neither find the tools for signing in at <code>${url}/public</code>, which needs no token.</p>
</details>
</section>`;
}
