import { hash } from '@node-rs/argon2';
import { beforeAll, expect, it } from 'vitest';
import { createPasswordHasher, type PasswordHasher } from '../../src/passwords/password-hasher.js';

let hasher: PasswordHasher;

beforeAll(async () => {
  hasher = await createPasswordHasher();
});

it('knows a password again, and no other', async () => {
  const known = await hasher.hash('seven quiet rivers');
  expect(await hasher.verify(known, 'seven quiet rivers')).toBe(true);
  expect(await hasher.verify(known, 'seven quiet river')).toBe(false);
});

it('gives equal passwords unequal hashes', async () => {
  expect(await hasher.hash('seven quiet rivers')).not.toBe(await hasher.hash('seven quiet rivers'));
});

it('takes the same letters composed otherwise for the same password', async () => {
  const known = await hasher.hash('zo\u00eb and the rivers');
  expect(await hasher.verify(known, 'zoe\u0308 and the rivers')).toBe(true);
});

it('never accepts a password where there is no hash', async () => {
  expect(await hasher.verify(undefined, '')).toBe(false);
});

it.each([
  ['less memory', { memoryCost: 8_192, timeCost: 2, parallelism: 1 }, true],
  ['fewer passes', { memoryCost: 19_456, timeCost: 1, parallelism: 1 }, true],
  ["today's parameters", { memoryCost: 19_456, timeCost: 2, parallelism: 1 }, false],
])('knows whether a hash with %s is outdated', async (_name, parameters, outdated) => {
  expect(hasher.isOutdated(await hash('x', parameters))).toBe(outdated);
});

it('leaves the event loop free while it hashes', async () => {
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 1);
  await Promise.all(Array.from({ length: 8 }, () => hasher.hash('seven quiet rivers')));
  clearInterval(turn);
  expect(turns).toBeGreaterThan(5);
});
