import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKeyRing } from '../src/index.js';

const key = () => randomBytes(32).toString('base64');

describe('a key ring', () => {
  it('uses the first key and still knows the others', () => {
    const ring = parseKeyRing(`k2:${key()},k1:${key()}`);
    expect(ring.current.id).toBe('k2');
    expect(ring.get('k1').secret).toHaveLength(32);
  });

  it.each([
    ['', /FIELD_KEYS is empty/],
    ['k1', /entry 1 must be id:base64/],
    [`k1:${key()},`, /entry 2 must be id:base64/],
    [`K 1:${key()}`, /entry 1 must be id:base64/],
    ['k1:not*base64', /the key k1 is not base64/],
    [`k1:${randomBytes(16).toString('base64')}`, /the key k1 has 16 bytes and needs 32/],
    [`k1:${key()},k1:${key()}`, /two keys have the same id/],
  ])('refuses %j and says what is wrong', (text, message) => {
    expect(() => parseKeyRing(text)).toThrow(message);
  });

  it('never shows a key in an error', () => {
    const secret = randomBytes(31).toString('base64');
    expect(() => parseKeyRing(`k1:${secret}`)).not.toThrow(secret);
  });

  it('names the key that is missing', () => {
    expect(() => parseKeyRing(`k2:${key()}`).get('k1')).toThrow(/no key "k1"/);
  });
});
