import { type Html, html, htmlDocument } from '@florin/chassis/html';
import type { AccountView } from '../store/accounts.js';

/** The pages behind `link_url`. Server-rendered, usable by keyboard and screen reader, without a script of their own. */

function page(title: string, content: Html): string {
  const body = html`<main>
<p class="brand">Florin</p>
<h1>${title}</h1>
${content}
</main>`;
  return htmlDocument({ title: `${title} · Florin`, stylesheet_path: '/link/assets/page.css', body });
}

/** No more than is kept: a linked account can fill a wallet, and be paid out to. */
const promise =
  'You sign in with the bank itself, and Florin never sees your password. Money moves in or out of an account only when you, ' +
  'or an assistant that you let, fill your wallet from it or pay out to it.';

const warning = html`<p class="note">Go on only if you asked your own assistant for this just now. Whoever sent you this link will see the accounts you choose.</p>`;

/** The start, where the provider has a page of its own to send the person to. */
export function startPage(hosted_url: string, repairs: boolean): string {
  return page(
    titleOf(repairs),
    html`<p>${purposeOf(repairs)} ${promise}</p>
${warning}
<p><a class="button" href="${hosted_url}">Choose your bank</a></p>`,
  );
}

/** The start, where Plaid's widget runs in this page. The script reads what it needs from the button. */
export function widgetPage(link_token: string, return_url: string, repairs: boolean): string {
  return page(
    titleOf(repairs),
    html`<p>${purposeOf(repairs)} ${promise}</p>
${warning}
<p><button class="button" id="start" type="button" data-link-token="${link_token}" data-return-url="${return_url}">Choose your bank</button></p>
<noscript><p class="note">Plaid, which connects to your bank, needs JavaScript. Switch it on for this page.</p></noscript>
<script src="https://cdn.plaid.com/link/v2/stable/link-initialize.js"></script>
<script src="/link/assets/plaid-link.js"></script>`,
  );
}

export function donePage(accounts: readonly AccountView[], repaired: boolean): string {
  const items = accounts.map(
    ({ institution, name, mask }) =>
      html`<li>${institution}: ${name}${mask === '' ? '' : ` ending in ${mask}`}</li>`,
  );
  const lead = repaired
    ? html`<p role="status">If you signed in, your accounts are up to date within a minute:</p>`
    : html`<p role="status">These accounts can be used from now on:</p>`;
  return page(
    repaired ? 'Thank you' : 'Your bank is linked',
    html`${lead}
<ul>${items}</ul>
<p>You can close this page and go back to your assistant.</p>`,
  );
}

export function turnedBackPage(start_url: string): string {
  return page(
    'Nothing was linked',
    html`<p role="status">You turned back before the end, so nothing has changed.</p>
<p><a class="button" href="${start_url}">Try again</a></p>`,
  );
}

export function failedPage(message: string, again_url: string | undefined): string {
  const again =
    again_url === undefined ? html`` : html`<p><a class="button" href="${again_url}">Try again</a></p>`;
  return page('That did not work', html`<p role="alert">${message}</p>${again}`);
}

function titleOf(repairs: boolean): string {
  return repairs ? 'Sign in to your bank again' : 'Link your bank';
}

function purposeOf(repairs: boolean): string {
  return repairs
    ? 'Your bank asks you to sign in again before it shows your accounts to Florin.'
    : 'Florin shows your balances and transactions to your assistant.';
}
