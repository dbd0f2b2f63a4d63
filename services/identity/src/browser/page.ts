import { type Html, html, htmlDocument } from '@florin/chassis/html';
import type { Response } from 'express';
import type { BrowserSession } from './browser-session.js';
import { STYLESHEET_PATH } from './stylesheet.js';

export interface Page {
  title: string;
  body: Html;
  /** Who is signed in, and so is offered their own pages and to sign out. */
  session?: BrowserSession | undefined;
}

/** A page of identity: server-rendered, without a script. `body` begins with what comes under the title. */
export function renderPage({ title, body, session }: Page): string {
  return htmlDocument({
    title: `${title} · Florin`,
    stylesheet_path: STYLESHEET_PATH,
    body: html`<header>
<p class="brand">Florin</p>
${session === undefined ? html`` : navigation(session)}
</header>
<main>
<h1>${title}</h1>
${body}
</main>`,
  });
}

function navigation(session: BrowserSession): Html {
  return html`<nav aria-label="Your account">
<a href="/account/security">Security</a>
<a href="/account/agents">Access</a>
<a href="/account/keys">API keys</a>
<a href="/account/connections">Connected accounts</a>
<form method="post" action="/sign-out">${csrfField(session)}<button class="link" type="submit">Sign out</button></form>
</nav>`;
}

/** What makes a form this session's own: see {@link checkCsrf}. */
export function csrfField({ csrf }: BrowserSession): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}

/** Sends a page so that nobody keeps a copy, and no other site learns its address, which may hold a secret. */
export function sendPage(response: Response, page: Page, status = 200): void {
  response
    .status(status)
    // "no-referrer", the edge's default, would make browsers say "Origin: null" when they send the page's form.
    .set({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
    .type('html')
    .send(renderPage(page));
}
