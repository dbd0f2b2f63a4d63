import { type Html, html, htmlDocument } from '@florin/chassis/html';

/** What a person sees when the provider sends them back. Server-rendered, without a script. */

export const pageCss = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1.25rem; }
.brand { font-weight: 700; letter-spacing: 0.04em; color: #0b6e4f; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.25rem 0 1rem; }
@media (prefers-color-scheme: dark) { .brand { color: #5fd3ac; } }
`;

function page(title: string, content: Html): string {
  const body = html`<main>
<p class="brand">Florin</p>
<h1>${title}</h1>
${content}
</main>`;
  return htmlDocument({ title: `${title} · Florin`, stylesheet_path: '/return/page.css', body });
}

const goBack = 'You can close this page and go back to your assistant.';

export function methodAddedPage({ brand, last4 }: { brand: string; last4: string }): string {
  return page(
    'Your payment method is saved',
    html`<p role="status">${brand} ending in ${last4} can be paid with from now on.</p><p>${goBack}</p>`,
  );
}

export function nothingAddedPage(): string {
  return page(
    'Nothing was saved',
    html`<p role="status">You turned back before the end, so nothing has changed. Your assistant can give you the link again.</p>`,
  );
}

export function oldPage(): string {
  return page(
    'This page is too old',
    html`<p role="alert">It was used already, or has expired. Your assistant can give you a new link.</p>`,
  );
}

/** "The user will be redirected to upon leaving or completing the linked flow": which it was, only the next call can tell. */
export function onboardedPage(): string {
  return page(
    'Thank you',
    html`<p role="status">The payment provider now looks at what you told it. That takes minutes, seldom days.</p>
<p>You can close this page. Ask your assistant for the withdrawal again: it says whether anything is missing.</p>`,
  );
}

export function oldOnboardingPage(): string {
  return page(
    'This link is too old',
    html`<p role="alert">It opens once, and for a few minutes only. Nothing is lost: ask your assistant for the withdrawal again, and it gives you a new link.</p>`,
  );
}

/** Nothing about the payment: whoever has the address need not be who pays. */
export function confirmedPage(): string {
  return page(
    'Thank you',
    html`<p role="status">Your bank tells us now whether the payment goes on.</p><p>${goBack}</p>`,
  );
}

export function failedPage(message: string): string {
  return page('That did not work', html`<p role="alert">${message}</p>`);
}
