import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, htmlDocument } from '../src/html.js';

describe('pages', () => {
  it('show a value as text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const { text } = html`<p title="${value}">${value}</p>`;
        expect(text.match(/[<>]/g)).toEqual(['<', '>', '<', '>']);
        expect(text.match(/"/g)).toHaveLength(2);
      }),
    );
  });

  it('keep HTML that was made for them', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>`.text).toBe('<ul><li>a</li>\n<li>&lt;b&gt;</li></ul>');
  });

  it('are whole documents with a title', () => {
    const page = htmlDocument({ title: 'A & B', stylesheet_path: '/s.css', body: html`<main>hello</main>` });
    expect(page).toContain('<title>A &amp; B</title>');
    expect(page).toContain('<main>hello</main>');
    expect(page).not.toContain('<script');
  });
});
