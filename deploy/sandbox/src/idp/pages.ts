import { type Html, html, page } from '../page.js';
import { fullName, PEOPLE, type Person } from './people.js';

export interface SignInForm {
  /** Which provider asks, as a person would say it. */
  provider: string;
  /** Who asked for the sign-in. */
  client: string;
  action: string;
  /** Travels with the answer. */
  hidden: Record<string, string>;
  /** The person chosen beforehand: by their e-mail address, from a login hint. */
  hint?: string | undefined;
  error?: string;
}

/** Asks who signs in. `person` is a person's id, or nothing where the person turns back with `cancel`. */
export function signInPage({ provider, client, action, hidden, hint, error }: SignInForm): string {
  const choices = PEOPLE.map((person) => {
    const checked = hint !== undefined && person.email === hint ? html` checked` : html``;
    return html`<label><input type="radio" name="person" value="${person.id}" required${checked}> ${description(person)}</label>`;
  });
  return page(
    `Sign in with ${provider}`,
    html`<h1>Sign in with ${provider}</h1>
<p><strong>${client}</strong> asks who you are.</p>
${error ? html`<p class="error" role="alert">${error}</p>` : html``}
<p class="note">This is a stand-in for a company's identity provider. Nobody here has a password.</p>
<form method="post" action="${action}">
${hiddenFields(hidden)}
<fieldset>
<legend>Who signs in</legend>
${choices}
</fieldset>
<p><button type="submit">Sign in</button></p>
</form>
<form method="post" action="${action}">
${hiddenFields(hidden)}
<p><button type="submit" name="cancel" value="true">Cancel</button></p>
</form>`,
  );
}

/** Carries a SAML response to whoever asked: with no script in the page, a person sends it on. */
export function continuePage(acs_url: string, hidden: Record<string, string>): string {
  const { origin } = new URL(acs_url);
  return page(
    'Continue',
    html`<h1>Continue</h1>
<p>The answer goes to <strong>${origin}</strong>.</p>
<form method="post" action="${acs_url}">
${hiddenFields(hidden)}
<p><button type="submit" autofocus>Continue</button></p>
</form>`,
  );
}

export function refusalPage(message: string): string {
  return page(
    'This sign-in cannot go on',
    html`<h1>This sign-in cannot go on</h1><p role="alert">${message}</p>`,
  );
}

function description(person: Person): string {
  const { email, email_verified } = person;
  const address = email === null ? 'no e-mail' : `${email}, ${email_verified ? 'verified' : 'not verified'}`;
  return `${fullName(person)} (${address})`;
}

function hiddenFields(fields: Record<string, string>): Html[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
}
