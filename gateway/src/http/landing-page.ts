import { type Html, html, htmlDocument } from '@florin/chassis/html';
import type { MeshStatus } from '../mesh-status.js';
import { clientSetups } from './clients.js';
import { STYLESHEET_PATH } from './stylesheet.js';

interface PageOptions {
  /** The gateway's origin. */
  public_url: string;
  issuer: string;
  status: MeshStatus;
  tools: number;
}

const modeTexts: Record<MeshStatus['mode'], string> = {
  simulated: 'Simulated: banks and payments are stand-ins, no money is real.',
  sandbox: "Sandbox: the providers' own test environments, no money is real.",
  live: 'Live: this moves real money.',
};

/** What somebody sees who opens the gateway in a browser: what runs, in which mode, and how to connect a client. */
export function landingPage({ public_url, issuer, status, tools }: PageOptions): string {
  const url = `${public_url}/mcp`;
  const body = html`<header>
<h1>Florin</h1>
<p>Your accounts, for the assistants you choose. <span class="mode ${status.mode}">${status.mode}</span></p>
<p>${modeTexts[status.mode]}</p>
</header>
<main>
<section aria-labelledby="connect">
<h2 id="connect">Connect your client</h2>
<p>The address is <code>${url}</code>. Your client opens a page in your browser, where you sign in and see what it asks for
before you allow it.</p>
${clientSetups(url).map(
  ({ client, how, snippet }) => html`<h3>${client}</h3>
<p>${how}</p>
<pre tabindex="0"><code>${snippet}</code></pre>
`,
)}<h3>Without a browser</h3>
<p>A client that can send a header may bring an access token instead, as <code>Authorization: Bearer …</code>. It lives for
minutes; get it with your password:</p>
<pre tabindex="0"><code>curl -s ${issuer.replace(/\/$/, '')}/auth/login -H 'content-type: application/json' \\
  -d '{"username": "you@example.com", "password": "…"}'</code></pre>
<p>Clients that can do neither find the tools for signing in at <code>${url}/public</code>, which needs no token.</p>
</section>
<section aria-labelledby="services">
<h2 id="services">What runs</h2>
<p>Version ${status.version}, ${tools} tools.</p>
${serviceTable(status.services)}
</section>
</main>`;
  return htmlDocument({ title: 'Florin', stylesheet_path: STYLESHEET_PATH, body });
}

function serviceTable(services: MeshStatus['services']): Html {
  const rows = services.map(
    ({ name, status, version, mode, since }) => html`<tr>
<th scope="row">${name}</th><td class="${status}">${status}</td><td>${version || '–'}</td><td>${mode || '–'}</td>
<td><time datetime="${since}">${since.slice(0, 19).replace('T', ' ')} UTC</time></td>
</tr>
`,
  );
  return html`<table>
<thead><tr>
<th scope="col">Service</th><th scope="col">Status</th><th scope="col">Version</th><th scope="col">Mode</th>
<th scope="col">Since</th>
</tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}
