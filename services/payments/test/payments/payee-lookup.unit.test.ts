import { testClock } from '@florin/testkit';
import { expect, it } from 'vitest';
import { createPayeeLookup } from '../../src/payments/payee-lookup.js';

function given() {
  const clock = testClock();
  const asked: string[] = [];
  const people = {
    async findByEmail(email: string) {
      asked.push(email);
      return email === 'ben@example.test' ? 'usr_ben' : undefined;
    },
  };
  return { clock, asked, lookup: createPayeeLookup(people, clock.now) };
}
const refused = { reason: 'RATE_LIMITED' };

// proves: payees-not-listed
it('tells one person of twenty addresses an hour that nobody is there, and then nothing of any', async () => {
  const { clock, asked, lookup } = given();
  for (let miss = 0; miss < 20; miss++) {
    expect(await lookup.find('usr_eve', `${miss}@example.test`)).toBeUndefined();
  }
  expect(await lookup.find('usr_eve', 'ben@example.test')).toBe('usr_ben');
  await expect(lookup.find('usr_eve', '20@example.test')).rejects.toMatchObject(refused);
  await expect(lookup.find('usr_eve', 'ben@example.test')).rejects.toMatchObject(refused);
  expect(asked).toHaveLength(22);
  expect(await lookup.find('usr_ada', 'ben@example.test')).toBe('usr_ben');
  clock.advance(3_600_001);
  expect(await lookup.find('usr_eve', 'ben@example.test')).toBe('usr_ben');
});

it('tells no more to who asks a thousand times at once', async () => {
  const { lookup } = given();
  const answers = await Promise.allSettled(
    Array.from({ length: 1_000 }, (_, index) => lookup.find('usr_eve', `${index}@example.test`)),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
});

it('counts nobody’s address that is there', async () => {
  const { lookup } = given();
  for (let hit = 0; hit < 100; hit++)
    expect(await lookup.find('usr_ada', 'ben@example.test')).toBe('usr_ben');
});
