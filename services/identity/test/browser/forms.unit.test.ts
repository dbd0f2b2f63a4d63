import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localPath } from '../../src/browser/forms.js';

describe('the path to go back to', () => {
  it.each(['/', '/oauth/interaction/abc?x=1#y', '/a//b', '/%2F/evil.example'])('may be %s', (path) => {
    expect(localPath(path)).toBe(path);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/a\\..\\b',
    '/a\nset-cookie: b',
    'javascript:alert(1)',
    'sign-in',
    '',
    `/${'a'.repeat(2_048)}`,
    undefined,
    ['/a', '/b'],
  ])('is never %j', (path) => {
    expect(localPath(path)).toBeUndefined();
  });

  it('leads to no other site, whatever it was made of', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '%2f',
      '%5c',
      'evil.example',
      '\t',
      ' ',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = localPath(`/${pieces.join('')}`);
        if (path !== undefined) {
          expect(new URL(path, 'https://identity.example/a/b').origin).toBe('https://identity.example');
        }
      }),
    );
  });
});
