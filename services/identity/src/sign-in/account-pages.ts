import { type Html, html } from '@florin/chassis/html';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../domain/password-rules.js';
import { describedBy, errorText } from './pages.js';

export function registerBody(form: { email?: string; full_name?: string; error?: string | undefined }): Html {
  const { email = '', full_name = '', error } = form;
  return html`<p>You will get a mail with a link, to confirm your address and choose a password.</p>
${errorText(error)}
<form method="post" action="/register">
<label for="full_name">Name</label>
<input id="full_name" name="full_name" type="text" autocomplete="name" required maxlength="200" value="${full_name}" ${describedBy(error)}>
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${email}" ${describedBy(error)}>
<button type="submit">Make an account</button>
</form>
<p>Do you have an account? <a href="/sign-in">Sign in</a></p>`;
}

export function forgotPasswordBody(error?: string): Html {
  return html`<p>You will get a mail with a link to choose a new password.</p>
${errorText(error)}
<form method="post" action="/forgot-password">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" ${describedBy(error)}>
<button type="submit">Send the link</button>
</form>
<p><a href="/sign-in">Back to the sign-in</a></p>`;
}

/** The same for an address that is known and for one that is not. */
export function lookIntoMailBody(what: string): Html {
  return html`<p role="status">${what}</p>
<p>Nothing there after a few minutes? Look among the unwanted mail, and check the address.</p>
<p><a href="/sign-in">Back to the sign-in</a></p>`;
}

export function newPasswordBody(form: { token: string; error?: string | undefined }): Html {
  const { token, error } = form;
  return html`${errorText(error)}
<form method="post" action="/reset-password">
<input type="hidden" name="token" value="${token}">
<label for="new_password">Password</label>
<p class="hint" id="password-hint">At least ${PASSWORD_MIN_LENGTH} characters. Several words that have nothing to do with each other are best.</p>
<input id="new_password" name="new_password" type="password" autocomplete="new-password" required minlength="${PASSWORD_MIN_LENGTH}" maxlength="${PASSWORD_MAX_LENGTH}" aria-describedby="password-hint${error === undefined ? '' : ' error'}"${error === undefined ? html`` : html` aria-invalid="true"`}>
<button type="submit">Save the password</button>
</form>`;
}

/** A button, since programs that check mails follow links by themselves. */
export function verifyEmailBody(token: string): Html {
  return html`<form method="post" action="/verify-email">
<input type="hidden" name="token" value="${token}">
<button type="submit">Confirm my address</button>
</form>`;
}

export function expiredLinkBody(): Html {
  return html`<p role="alert" class="error">This link was used before, or is out of date.</p>
<p><a href="/forgot-password">Ask for a new one</a> · <a href="/sign-in">Sign in</a></p>`;
}

export function doneBody(what: string): Html {
  return html`<p role="status">${what}</p>
<p><a class="button" href="/sign-in">Sign in</a></p>`;
}
