import { expect, it } from 'vitest';
import { startPage, widgetPage } from '../../src/http/link-page-content.js';

it.each([
  ['hosted', startPage('https://bank.test/', false)],
  ['in the page', widgetPage('link-token', 'https://florin.test/link/1', false)],
])('says before a bank is linked that money can move, %s', (_where, page) => {
  expect(page).toContain('Money moves in or out of an account only when you, or an assistant that you let');
});
