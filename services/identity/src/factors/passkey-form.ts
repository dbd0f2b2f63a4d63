import { createHash } from 'node:crypto';
import { type Html, html } from '@florin/chassis/html';
import type { Response } from 'express';
import type { PasskeyRequest } from './passkeys.js';

/**
 * The only script of identity's pages: browsers give passkeys to scripts alone. It asks the browser for what the form
 * says, writes the answer into the form and sends it. Forms that need it stay hidden where it does not run.
 */
const script = `for (const form of document.querySelectorAll('form[data-passkey]')) {
  const kind = form.dataset.passkey;
  const options = JSON.parse(form.dataset.options);
  const known = window.PublicKeyCredential;
  if (!known || !known.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const problem = form.querySelector('[aria-live]');
    problem.textContent = '';
    try {
      const credential = kind === 'create'
        ? await navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) });
      form.elements.answer.value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.textContent = 'The passkey was not used. Try again, or go on without it.';
    }
  });
}
`;

const hash = createHash('sha256').update(script).digest('base64url').slice(0, 10);

const SCRIPT_PATH = `/assets/passkeys-${hash}.js`;

export const passkeyScript = { path: SCRIPT_PATH, text: script };

export function passkeyForm(form: {
  kind: 'create' | 'get';
  action: string;
  request: PasskeyRequest;
  /** What else the form sends and shows. */
  fields: Html;
  button: string;
}): Html {
  const { kind, action, request, fields, button } = form;
  return html`<form method="post" action="${action}" data-passkey="${kind}" data-options="${JSON.stringify(request.options)}" hidden>
<input type="hidden" name="challenge" value="${request.challenge}">
<input type="hidden" name="answer" value="">
${fields}
<p class="hint" aria-live="assertive"></p>
<button class="quiet" type="submit">${button}</button>
</form>
<script src="${SCRIPT_PATH}" defer></script>`;
}

/** Lets the page that is being sent run the one script, and no other. */
export function allowPasskeyScript(response: Response): void {
  const policy = String(response.get('content-security-policy') ?? "default-src 'none'");
  response.set('content-security-policy', `${policy};script-src 'self'`);
}
