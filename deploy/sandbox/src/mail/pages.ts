import { type Html, html, page } from '../page.js';
import type { Mail } from './mailbox.js';
import { LINK } from './read-mail.js';

/** Leads the caught mail in a frame: its links open outside of it. */
const OPEN_LINKS_OUTSIDE = '<base target="_blank">';

export function listPage(mails: readonly Mail[]): string {
  const rows = mails.map(
    ({ mail_id, received_at, to, subject }) =>
      html`<tr><td><a href="/messages/${mail_id}">${subject || 'No subject'}</a></td><td>${to.join(', ')}</td><td>${readable(received_at)}</td></tr>`,
  );
  return page(
    'Caught mail',
    html`<h1>Caught mail</h1>
<p>What Florin sends on this machine ends here and is delivered to nobody. The latest 200 are kept. As JSON: <a href="/mails">/mails</a>.</p>
${
  rows.length === 0
    ? html`<p>None yet.</p>`
    : html`<table>
<thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Received</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>`
}`,
  );
}

export function mailPage(mail: Mail): string {
  const { mail_id, subject, from, to, received_at, text, attachments } = mail;
  const title = subject || 'No subject';
  return page(
    title,
    html`<h1>${title}</h1>
<p><a href="/">All mail</a></p>
<table>
<tbody>
<tr><th scope="row">From</th><td>${from}</td></tr>
<tr><th scope="row">To</th><td>${to.join(', ')}</td></tr>
<tr><th scope="row">Received</th><td>${readable(received_at)}</td></tr>
${attachments.map(({ filename, content_type, size_bytes }) => html`<tr><th scope="row">Attachment</th><td>${filename ?? 'no name'}, ${content_type}, ${size_bytes} bytes</td></tr>`)}
</tbody>
</table>
<h2>Text</h2>
<pre class="wrapped">${linked(text)}</pre>
${
  mail.html === null
    ? html``
    : html`<h2>HTML</h2>
<iframe class="mail" title="${title}" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${mail_id}/html"></iframe>`
}`,
  );
}

/** The HTML part as it came. It is harmless only under the policy that its route sends with it. */
export function framedHtml(content: string): string {
  return `<!doctype html>${OPEN_LINKS_OUTSIDE}${content}`;
}

export function unknownPage(): string {
  return page(
    'No such mail',
    html`<h1>No such mail</h1><p>It may have made room. <a href="/">All mail</a></p>`,
  );
}

/** Text whose web addresses are links. */
function linked(text: string): Html {
  let rest = 0;
  let done = html``;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    done = html`${done}${text.slice(rest, index)}<a href="${link}" rel="noopener noreferrer">${link}</a>`;
    rest = index + link.length;
  }
  return html`${done}${text.slice(rest)}`;
}

function readable(timestamp: string): string {
  return `${timestamp.slice(0, 19).replace('T', ' ')} UTC`;
}
