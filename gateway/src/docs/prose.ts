import { type Html, html } from '@florin/chassis/html';

/** The little of Markdown that descriptions have: paragraphs, lists, and words in backticks. */
export function prose(text: string): Html {
  return html`${text.split(/\n{2,}/).map(block)}`;
}

/** A sentence, with its words in backticks as code. */
export function inline(text: string): Html {
  const parts = text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
  return joined(parts);
}

/** Pieces of a line: what {@link html} does with a list puts each on a line of its own. */
export function joined(parts: readonly Html[]): Html {
  return parts.reduce((before, part) => html`${before}${part}`, html``);
}

function block(text: string): Html {
  const lines = text.split('\n');
  const items = lines.filter((line) => line.startsWith('- '));
  if (items.length < lines.length) return html`<p>${inline(text)}</p>`;
  return html`<ul>
${items.map((item) => html`<li>${inline(item.slice(2))}</li>`)}
</ul>`;
}
