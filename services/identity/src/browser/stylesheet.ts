import { createHash } from 'node:crypto';

/** In the code, not in a file beside it: the process is one bundle. */
export const stylesheet = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: #8886; --soft: #8881; --brand: #0b6e4f; --name: var(--brand); --warn: #b7791f; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --bad: #f85149; --name: #5fd3ac; } }
* { box-sizing: border-box; }
body { margin: 0; background: Canvas; color: CanvasText; }
header, main { max-width: 36rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0.5rem 1rem; padding-top: 1.5rem; }
main { padding-bottom: 4rem; }
.brand { margin: 0; font-weight: 700; letter-spacing: 0.04em; color: var(--name); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
nav form { display: inline; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 2rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input:not([type=checkbox], [type=radio], [type=hidden]), select { display: block; width: 100%; font: inherit; padding: 0.5rem 0.65rem; margin-top: 0.25rem; border: 1px solid var(--line); border-radius: 0.4rem; background: transparent; color: inherit; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: 0.6rem 1.1rem; margin-top: 1.25rem; border: 1px solid transparent; border-radius: 0.4rem; background: var(--brand); color: #fff; text-decoration: none; cursor: pointer; }
.quiet { background: transparent; border-color: var(--line); color: inherit; }
.danger { background: #cf222e; color: #fff; }
button.link { margin: 0; padding: 0; border: 0; background: none; color: inherit; font-weight: 400; text-decoration: underline; }
:focus-visible { outline: 3px solid var(--warn); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.note { border-left: 4px solid var(--warn); padding-left: 0.75rem; }
.error { border-left: 4px solid var(--bad); padding-left: 0.75rem; }
.hint { font-size: 0.9rem; opacity: 0.8; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
dt { font-weight: 600; margin-top: 0.75rem; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
`;

const hash = createHash('sha256').update(stylesheet).digest('base64url').slice(0, 10);

/** Another one whenever it changes, so that browsers may keep it for good. */
export const STYLESHEET_PATH = `/assets/florin-${hash}.css`;
