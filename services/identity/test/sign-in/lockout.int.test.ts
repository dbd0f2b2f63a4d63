import { hash, verify } from '@node-rs/argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { formBrowser } from '../support/browser-forms.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

// The real argon2, watched: what costs time is seen by what runs, not by the clock.
vi.mock('@node-rs/argon2', { spy: true });

let identity: IdentityUnderTest;
let now = new Date('2026-11-02T09:00:00Z');
let people = 0;

beforeAll(async () => {
  identity = await startIdentityUnderTest('lockout', { now: () => now });
});
afterAll(() => identity.stop());
beforeEach(() => vi.clearAllMocks());

async function newPerson(): Promise<string> {
  const email = `person-${people++}@example.com`;
  await identity.register(email);
  return email;
}

const byTool = (username: string, password: string) =>
  identity.call('tool', 'authenticate_user', { username, password });

async function guess(attempt: () => Promise<unknown>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await attempt().catch(() => undefined);
}

describe('guessing a password', () => {
  it('is slowed down: after five wrong ones the right one is not heard for a moment', async () => {
    const email = await newPerson();
    await guess(() => byTool(email, 'not the password'), 5);
    await expect(byTool(email, PASSWORD)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    now = new Date(now.getTime() + 1_000);
    expect(await byTool(email, PASSWORD)).toHaveProperty('access_token');
  });

  it('is slowed down as much by many attempts at once', async () => {
    const email = await newPerson();
    await Promise.all(Array.from({ length: 12 }, () => byTool(email, 'wrong').catch(() => undefined)));
    const [row] = await identity.sql`
      select failures, blocked_until from sign_in_failures order by last_failed_at desc limit 1`;
    expect(row?.failures).toBe(5);
    expect(row?.blocked_until).not.toBeNull();
  });

  it('through the mesh delays the owner by ten seconds at most, however long it goes on', async () => {
    const email = await newPerson();
    for (let n = 0; n < 40; n++) {
      await guess(() => byTool(email, 'not the password'), 1);
      now = new Date(now.getTime() + 10_000);
    }
    expect(await byTool(email, PASSWORD)).toHaveProperty('access_token');
  });

  // proves: lockout-hits-nobody-else
  it('through the mesh or in another browser does not keep the owner from the browser they use', async () => {
    const email = await newPerson();
    const own = formBrowser(identity.url);
    const signIn = (password: string, browser = own) =>
      browser.post('/sign-in', { username: email, password });
    expect(await signIn(PASSWORD)).toMatchObject({ status: 303 });

    const stranger = formBrowser(identity.url);
    await guess(() => signIn('not the password', stranger), 30);
    await guess(() => byTool(email, 'not the password'), 30);
    expect(await signIn(PASSWORD, stranger), 'the stranger is not heard').toMatchObject({ status: 401 });
    expect(await signIn(PASSWORD), 'the owner is').toMatchObject({ status: 303 });
  });

  it('does the same work for a wrong password, an unknown person and a blocked one, and says the same', async () => {
    const [known, blocked] = [await newPerson(), await newPerson()];
    await guess(() => byTool(blocked, 'not the password'), 5);
    const made = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    vi.clearAllMocks();
    const attempts: [string, string][] = [
      [known, 'not the password'],
      ['nobody@example.com', PASSWORD],
      [blocked, PASSWORD],
    ];
    const answers = [];
    for (const [username, password] of attempts) {
      answers.push(
        await byTool(username, password).catch(({ code, reason, message }) => ({ code, reason, message })),
      );
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const parameters = (text: string) => text.split('$').slice(0, 4);
    const verified = vi.mocked(verify).mock.calls.map(([stored]) => parameters(String(stored)));
    expect(verified).toEqual(attempts.map(() => parameters(made)));
  });

  it('leaves no address of mail or network in the table', async () => {
    const rows = JSON.stringify(await identity.sql`select * from sign_in_failures`);
    expect(rows).not.toMatch(/@example|127\.0\.0\.1/);
  });
});
