import { expect, it } from 'vitest';
import { passwordFlaw } from '../../src/passwords/password-strength.js';

const person = { email: 'ada.byron@example.com', full_name: 'Ada Byron' };

it.each(['seven quiet rivers run north', 'florin-demo-passphrase', 'kZ7#mQ2!vX9$'])(
  'takes %j, which nobody guesses',
  async (password) => {
    expect(await passwordFlaw(password, person)).toBeUndefined();
  },
);

it.each([
  ['the e-mail address, however it is written', ' ADA.Byron@example.com'],
  ['a common password, twice', 'passwordpassword'],
  ['one letter', 'aaaaaaaaaaaaaaaaaaaa'],
  ['a row of keys', 'qwertyuiop123'],
  ['the name, twice', 'adabyronadabyron'],
])('refuses %s, says what to do, and does not repeat it', async (_name, password) => {
  const flaw = await passwordFlaw(password, person);
  expect(flaw).toMatch(/Choose several words/);
  expect(flaw).not.toContain(password);
});

it('judges forty characters, as the whole of a long password would keep everybody else waiting', async () => {
  expect(await passwordFlaw(`${'a'.repeat(40)}kZ7#mQ2!vX9$pL4&`, person)).toBeDefined();
});
