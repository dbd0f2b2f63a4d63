import { html, page } from '../../page.js';

const STAND_IN = html`<p class="note">This is a stand-in for Stripe. No money moves.</p>`;

/** What stands in for the bank's own page: the person proves who they are, or does not. */
export function authenticationPage(input: { id: string; secret: string; what: string }): string {
  return page(
    '3D Secure',
    html`<h1>Your bank asks: is it you?</h1>
<p>${input.what}</p>
${STAND_IN}
<form method="post" action="/authenticate/${input.id}">
<input type="hidden" name="secret" value="${input.secret}">
<p><button type="submit" name="outcome" value="complete">Complete authentication</button>
<button type="submit" name="outcome" value="fail">Fail authentication</button></p>
</form>`,
  );
}

export function donePage(title: string, text: string): string {
  return page(title, html`<h1>${title}</h1><p>${text}</p><p>You can close this page.</p>`);
}

export function refusalPage(message: string): string {
  return page(
    'This link cannot be used',
    html`<h1>This link cannot be used</h1><p role="alert">${message}</p>`,
  );
}
