import { createHash } from 'node:crypto';

/** In the code, not in a file beside it: the process is one bundle. */
export const stylesheet = `:root { color-scheme: light dark; --line: #8884; --soft: #8881; --up: #1a7f37; --degraded: #9a6700; --down: #cf222e; --quiet: #57606a; }
@media (prefers-color-scheme: dark) { :root { --up: #3fb950; --degraded: #d29922; --down: #f85149; --quiet: #9198a1; } }
* { box-sizing: border-box; }
body { background: Canvas; color: CanvasText; margin: 0 auto; max-width: 52rem; padding: 2rem 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.2rem; }
h3 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
p { margin: 0.5rem 0; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0.5rem 0; padding: 0.75rem 1rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: 0.4rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; }
caption { padding: 0.25rem 0; text-align: left; color: var(--quiet); font-size: 0.9rem; }
td, th { vertical-align: top; overflow-wrap: anywhere; }
th[scope=row] { font-weight: inherit; }
a { color: inherit; }
article { padding: 1rem 0; border-top: 1px solid var(--line); }
article h3 { margin-top: 0; }
details { margin: 0.25rem 0; }
summary { cursor: pointer; padding: 0.2rem 0; }
[hidden] { display: none; }
input { font: inherit; padding: 0.3rem 0.5rem; color: inherit; background: transparent; border: 1px solid var(--quiet); border-radius: 0.3rem; }
.copy { float: right; margin: 0.6rem; font: inherit; font-size: 0.85rem; color: inherit; background: Canvas; border: 1px solid var(--quiet); border-radius: 0.3rem; cursor: pointer; }
.quiet { color: var(--quiet); }
.method { font-weight: 600; }
.wide { overflow-x: auto; }
.fields { table-layout: fixed; min-width: 36rem; }
.fields th:nth-child(1) { width: 34%; }
.fields th:nth-child(2) { width: 20%; }
.contents { columns: 16rem; padding-left: 1.2rem; }
.mode { padding: 0.1rem 0.6rem; border: 1px solid currentColor; border-radius: 1rem; font-size: 0.9rem; }
.up { color: var(--up); }
.degraded { color: var(--degraded); }
.down, .live { color: var(--down); font-weight: 600; }
`;

const hash = createHash('sha256').update(stylesheet).digest('base64url').slice(0, 10);

/** Another one whenever it changes, so that browsers may keep it for good. */
export const STYLESHEET_PATH = `/assets/florin-${hash}.css`;
