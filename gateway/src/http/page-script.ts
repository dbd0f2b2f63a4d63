import { createHash } from 'node:crypto';
import { type Html, html } from '@florin/chassis/html';

/**
 * The only script of the gateway's pages. They are complete without it: it hides what is not looked for, copies, and keeps
 * the status fresh.
 */
const script = `const words = (text) => text.toLowerCase().split(/\\s+/).filter((word) => word !== '');

for (const box of document.querySelectorAll('[data-filter]')) {
  const input = box.querySelector('input');
  const told = box.querySelector('[aria-live]');
  box.hidden = false;
  input.addEventListener('input', () => {
    const wanted = words(input.value);
    const entries = [...document.querySelectorAll('[data-entry]')];
    for (const entry of entries) entry.hidden = !wanted.every((word) => entry.dataset.entry.includes(word));
    for (const section of document.querySelectorAll('[data-section]')) {
      section.hidden = section.querySelector('[data-entry]:not([hidden])') === null;
    }
    const found = document.querySelectorAll('main [data-entry]:not([hidden])').length;
    told.textContent = wanted.length === 0 ? '' : found === 1 ? '1 found' : found + ' found';
  });
}

if (navigator.clipboard) {
  for (const text of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.className = 'copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(text.textContent).then(
        () => { button.textContent = 'Copied'; },
        () => { button.textContent = 'Not copied'; },
      );
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    text.before(button);
  }
}

const live = document.querySelector('[data-live]');
if (live !== null) {
  const told = document.querySelector('[data-told]');
  const show = ({ services, version }) => {
    for (const { name, status, version, mode, since } of services) {
      const row = live.querySelector('[data-service="' + CSS.escape(name) + '"]');
      if (row === null) continue;
      const [shown, versionCell, modeCell, sinceCell] = row.querySelectorAll('td');
      if (shown.textContent !== status) told.textContent = name + ' is ' + status + ' now.';
      shown.textContent = status;
      shown.className = status;
      versionCell.textContent = version || '–';
      modeCell.textContent = mode || '–';
      const time = sinceCell.querySelector('time');
      time.dateTime = since;
      time.textContent = since.slice(0, 19).replace('T', ' ') + ' UTC';
    }
  };
  let failing = false;
  const refresh = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(live.dataset.live, { signal: AbortSignal.timeout(4000) });
      if (!response.ok) throw new Error();
      show(await response.json());
      if (failing) told.textContent = 'Florin answers again.';
      failing = false;
    } catch {
      if (!failing) told.textContent = 'Florin does not answer. The page shows what was last known.';
      failing = true;
    }
  };
  setInterval(refresh, 5000);
  document.addEventListener('visibilitychange', refresh);
}
`;

const hash = createHash('sha256').update(script).digest('base64url').slice(0, 10);

/** Another path whenever it changes, so that browsers may keep it for good. */
export const PAGE_SCRIPT = { path: `/assets/florin-${hash}.js`, text: script };

/** At the end of a page. */
export const pageScript: Html = html`<script src="${PAGE_SCRIPT.path}" defer></script>`;

/** Lets the page run the one script, and ask the gateway how it is. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** A box that hides whatever does not have the words in it. Shown by the script, since it does nothing without. */
export function filterBox(label: string): Html {
  return html`<p data-filter hidden><label>${label} <input type="search" autocomplete="off"></label> <span aria-live="polite"></span></p>`;
}
