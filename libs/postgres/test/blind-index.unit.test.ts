import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createBlindIndex, parseKeyRing } from '../src/index.js';

const [old, young] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const before = createBlindIndex(parseKeyRing(`k1:${old}`), 'users.email');
const during = createBlindIndex(parseKeyRing(`k2:${young},k1:${old}`), 'users.email');

it('is the same for the same value and another for another', () => {
  expect(before.of('ada@florin.test')).toBe(before.of('ada@florin.test'));
  expect(before.of('ada@florin.test')).not.toBe(before.of('ben@florin.test'));
});

it('finds what was written before a key was added in front', () => {
  expect(during.candidates('ada@florin.test')).toContain(before.of('ada@florin.test'));
  expect(during.of('ada@florin.test')).toMatch(/^k2\./);
});

it('does not show that two fields hold the same value', () => {
  const other = createBlindIndex(parseKeyRing(`k1:${old}`), 'users.phone');
  expect(other.of('same')).not.toBe(before.of('same'));
});
