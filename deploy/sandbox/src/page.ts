/** Text that is safe inside HTML, made by `html` alone. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

/** A template whose values are escaped unless they are Html themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, index) => {
    const part = parts[index];
    return part === undefined ? string : string + render(part);
  });
  return new Html(text.join(''));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((each) => each.text).join('\n');
  return escapeText(String(part));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A whole document. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text;
}

export const STYLESHEET = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid #8886; }
pre, code { font-family: ui-monospace, monospace; font-size: 0.9rem; }
pre { overflow-x: auto; padding: 0.75rem; background: #8882; border-radius: 0.4rem; }
pre.wrapped { white-space: pre-wrap; overflow-wrap: anywhere; }
iframe.mail { width: 100%; height: 30rem; border: 1px solid #8886; border-radius: 0.4rem; background: #fff; }
fieldset { border: 1px solid #8886; border-radius: 0.4rem; margin: 0 0 1rem; padding: 0.75rem 1rem; }
label { display: block; padding: 0.25rem 0; }
input[type='text'], input[type='password'] { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: 0.5rem; }
button, .choice { display: inline-block; font: inherit; padding: 0.6rem 1.1rem; border: 1px solid #1b5e8a; border-radius: 0.4rem;
  background: #1b5e8a; color: #fff; text-decoration: none; cursor: pointer; }
.choices { list-style: none; padding: 0; }
.choices li { margin: 0 0 0.75rem; }
.choice { display: block; }
:focus-visible { outline: 3px solid #d98a00; outline-offset: 2px; }
.note { border-left: 4px solid #d98a00; padding: 0.25rem 0 0.25rem 1rem; }
.error { border-left: 4px solid #c22; padding: 0.25rem 0 0.25rem 1rem; }
`;
