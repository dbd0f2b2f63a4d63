import { expect, it } from 'vitest';
import { normalizeEmail } from '../../src/domain/email.js';

it.each([
  ['capitals', 'ADA@Example.COM', 'ada@example.com'],
  ['spaces around it', '\tada@example.com ', 'ada@example.com'],
  ['letters composed otherwise', 'zoe\u0308@example.com', 'zo\u00eb@example.com'],
])('an address is the same with %s', (_name, written, kept) => {
  expect(normalizeEmail(written)).toBe(kept);
});
