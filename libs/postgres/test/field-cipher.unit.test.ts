import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFieldCipher, parseKeyRing } from '../src/index.js';

const [old, young] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const before = createFieldCipher(parseKeyRing(`k1:${old}`));
const during = createFieldCipher(parseKeyRing(`k2:${young},k1:${old}`));
const after = createFieldCipher(parseKeyRing(`k2:${young}`));
const place = { table: 'links', column: 'access_token', row: 'lnk_1' };

describe('a sealed value', () => {
  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (value) => {
        expect(before.open(place, before.seal(place, value))).toBe(value);
      }),
    );
  });

  it('differs each time', () => {
    expect(before.seal(place, 'x')).not.toBe(before.seal(place, 'x'));
  });

  it.each([
    ['row', { ...place, row: 'lnk_2' }],
    ['column', { ...place, column: 'cursor' }],
    ['table', { ...place, table: 'items' }],
  ])('does not open in another %s', (_what, elsewhere) => {
    expect(() => before.open(elsewhere, before.seal(place, 'secret'))).toThrow(
      /changed or belongs elsewhere/,
    );
    expect(() => during.rewrap(elsewhere, before.seal(place, 'secret'))).toThrow(/belongs elsewhere/);
  });

  it('does not open when a single byte of it was changed', () => {
    const sealed = before.seal(place, 'secret');
    const [version, id, dataKey = '', value = ''] = sealed.split('.');
    const flip = (part: string, index: number) => {
      const bytes = Buffer.from(part, 'base64url');
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    for (let index = 0; index < Buffer.from(dataKey, 'base64url').length; index++) {
      expect(() => before.open(place, [version, id, flip(dataKey, index), value].join('.'))).toThrow(/open/);
    }
    for (let index = 0; index < Buffer.from(value, 'base64url').length; index++) {
      expect(() => before.open(place, [version, id, dataKey, flip(value, index)].join('.'))).toThrow(/open/);
    }
  });

  it('is refused in a format that is not ours', () => {
    for (const text of ['', 'secret', 'v2.k1.AA.AA', 'v1.k1.AA', 'v1.k1.AA.AA.AA']) {
      expect(() => before.open(place, text)).toThrow(/format v1/);
    }
    expect(() => before.open(place, 'v1.k1.AA.AA')).toThrow(/does not open/);
  });
});

describe('rotation', () => {
  it('seals anew under the current key without touching the value, and lets the old key go', () => {
    const sealed = before.seal(place, 'secret');
    const rewrapped = during.rewrap(place, sealed);
    expect(rewrapped.split('.')[1]).toBe('k2');
    expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3]);
    expect(after.open(place, rewrapped)).toBe('secret');
    expect(during.rewrap(place, rewrapped)).toBe(rewrapped);
  });

  it('opens what older keys sealed, and names the key where it is gone', () => {
    const sealed = before.seal(place, 'secret');
    expect(during.open(place, sealed)).toBe('secret');
    expect(() => after.open(place, sealed)).toThrow(/no key "k1"/);
  });
});
