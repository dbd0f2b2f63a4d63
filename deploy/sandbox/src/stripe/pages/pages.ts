import type Stripe from 'stripe';
import { html, page } from '../../page.js';

export const STAND_IN = html`<p class="note">This is a stand-in for Stripe. No money moves.</p>`;

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

/** What can be chosen: what each does is said beside it. */
const CHOICES = [
  ['pm_card_visa', 'card', 'Visa ending in 4242: every payment succeeds'],
  ['pm_card_mastercard', 'card', 'Mastercard ending in 4444: every payment succeeds'],
  ['pm_card_authenticationRequired', 'card', 'Visa ending in 3184: the bank wants to see you each time'],
  ['pm_card_chargeCustomerFail', 'card', 'Visa ending in 0341: is saved, and every payment is declined'],
  ['pm_card_createDispute', 'card', 'Visa ending in 0259: payments succeed and are disputed'],
  ['pm_card_chargeDeclined', 'card', 'Visa ending in 0002: is declined now'],
  ['pm_usBankAccount', 'us_bank_account', 'Bank account ending in 6789: debits succeed after a while'],
  ['pm_usBankAccount_insufficientFunds', 'us_bank_account', 'Bank account ending in 2227: debits fail'],
  ['pm_usBankAccount_dispute', 'us_bank_account', 'Bank account ending in 5556: debits come back later'],
] as const;

/** Checkout's page in set-up mode. */
export function setUpPage({ id, payment_method_types }: Stripe.Checkout.Session, error?: string): string {
  const choices = CHOICES.filter(([, type]) => payment_method_types.includes(type)).map(
    ([token, , label], index) =>
      html`<label><input type="radio" name="method" value="${token}" required ${index === 0 ? 'checked' : ''}> ${label}</label>`,
  );
  return page(
    'Save a payment method',
    html`<h1>Save a payment method</h1>
${error ? html`<p class="error" role="alert">${error}</p>` : html``}
${STAND_IN}
<form method="post" action="/checkout/${id}">
<fieldset>
<legend>Choose one of the test methods</legend>
${choices}
</fieldset>
<p><button type="submit">Save</button></p>
</form>
<form method="post" action="/checkout/${id}/cancel">
<p><button type="submit">Cancel</button></p>
</form>`,
  );
}
