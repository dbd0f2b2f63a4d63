import { type Html, html } from '@florin/chassis/html';
import type { BrowserSession } from '../browser/browser-session.js';
import { csrfField, type Page } from '../browser/page.js';
import type { Outcome } from './arrive.js';

type Refusal = Extract<Outcome, { kind: 'refused' }>['why'];

/** Why a sign-in ends here, and what to do next. */
export function refusedPage(why: Refusal, provider: string): Page {
  return { title: 'You are not signed in', body: html`${reason(why, provider)}${wayOut}` };
}

function reason(why: Refusal, provider: string): Html {
  switch (why) {
    case 'suspended':
      return html`<p role="alert">Your account is suspended. Ask the people who run this Florin why, and how to get it back.</p>`;
    case 'unverified':
      return html`<p role="alert">${provider} has not checked that your e-mail address is yours, so it cannot stand for you here.</p>
<p>Verify your address at ${provider} and try again, or sign in with a password.</p>`;
    case 'no_address':
      return html`<p role="alert">${provider} did not tell us your e-mail address.</p>
<p>Allow it to share the address and try again, or sign in with a password.</p>`;
    case 'unknown':
      return html`<p role="alert">You have no account here, and ${provider} may not make one.</p>
<p>Ask the people who run this Florin for an account.</p>`;
  }
}

/** The provider's answer is not honoured. The page does not say why: whoever forged it would like to know. */
export function invalidAnswerPage(provider: string, request_id: string): Page {
  return {
    title: 'You are not signed in',
    body: html`<p role="alert">The answer of ${provider} cannot be accepted. It may be too old, or meant for another browser.</p>
<p>Begin again. If it happens again, tell the people who run this Florin: request <code>${request_id}</code>.</p>${wayOut}`,
  };
}

export function turnedBackPage(provider: string): Page {
  return {
    title: 'You are not signed in',
    body: html`<p role="alert">The sign-in at ${provider} was not completed.</p>${wayOut}`,
  };
}

/** Tells the person that there is an account already, and that signing in to it comes first. */
export function proofPage(provider: string, email: string, path: string): Page {
  return {
    title: 'You have an account already',
    body: html`<p>There is a Florin account for <strong>${email}</strong>, and it is not connected with ${provider} yet.</p>
<p>To connect the two, show that the account is yours: sign in to it as you usually do. We ask once, and then ${provider} is enough.</p>
<p><a class="button" href="/sign-in?return_to=${encodeURIComponent(path)}">Sign in to the account</a></p>
<p class="hint">You have ten minutes. If you never made that account, do not go on: choose “Forgot your password” on the next page to take it over by e-mail.</p>`,
  };
}

/** Asks who is signed in by now whether the two belong together. */
export function confirmLinkPage(
  { provider, email, path }: { provider: string; email: string; path: string },
  session: BrowserSession,
): Page {
  return {
    title: `Connect ${provider}`,
    session,
    body: html`<p>From now on you can sign in to your account <strong>${email}</strong> with ${provider}, without a password or a second factor of ours.</p>
<p>Whoever controls your account at ${provider} can then sign in here as you. You can end that under “Connected accounts”.</p>
<form method="post" action="${path}">
${csrfField(session)}
<div class="actions">
<button type="submit" name="decision" value="connect">Connect</button>
<button class="quiet" type="submit" name="decision" value="cancel">Do not connect</button>
</div>
</form>`,
  };
}

/** Who is signed in is not who the link is for. */
export function otherAccountPage(session: BrowserSession, email: string): Page {
  return {
    title: 'This is another account',
    session,
    body: html`<p role="alert">You are signed in to an account that is not the one of <strong>${email}</strong>. Nothing was connected.</p>
<p>Sign out, and begin again where you came from.</p>`,
  };
}

const wayOut = html`
<p><a class="button" href="/sign-in">Back to the sign-in</a></p>`;
