import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPageTokens } from '../src/index.js';

const tokens = createPageTokens(Buffer.alloc(32, 7));
const query = ['search_transactions', 'usr_1', { text: 'coffee' }];

describe('page tokens', () => {
  it('give back the position they were issued for', () => {
    fc.assert(
      fc.property(fc.string(), (position) => {
        expect(tokens.read(query, tokens.issue(query, position))).toBe(Buffer.from(position).toString());
      }),
    );
  });

  it.each([
    ['another person', ['search_transactions', 'usr_2', { text: 'coffee' }]],
    ['another filter', ['search_transactions', 'usr_1', { text: 'tea' }]],
    ['another list', ['list_accounts', 'usr_1', { text: 'coffee' }]],
  ])('are refused for %s', (_name, other) => {
    const token = tokens.issue(query, '2026-01-01');
    expect(() => tokens.read(other, token)).toThrow(
      expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
    );
  });

  it('cannot be forged', () => {
    fc.assert(
      fc.property(fc.base64String(), (token) => {
        expect(() => tokens.read(query, token)).toThrow(
          expect.objectContaining({ reason: 'INVALID_PAGE_TOKEN' }),
        );
      }),
    );
  });
});
