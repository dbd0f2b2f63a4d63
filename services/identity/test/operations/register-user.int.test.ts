import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('register');
});
afterAll(() => identity.stop());

const person = { email: 'ada@example.com', password: PASSWORD, full_name: 'Ada Lovelace' };

function register(over: Record<string, unknown> = {}) {
  return identity.call('tool', 'register_user', { ...person, ...over });
}

async function written() {
  const [users] = await identity.sql`select count(*)::int as count from users`;
  const [events] = await identity.sql`select count(*)::int as count from outbox`;
  return { users: users?.count, events: events?.count };
}

describe('register_user', () => {
  it('makes an account, and says so in an event without personal data', async () => {
    const { user_id } = await register();
    expect(user_id).toMatch(/^usr_/);
    const [row] = await identity.sql`select event from outbox`;
    expect(row?.event).toMatchObject({
      type: 'florin.identity.user.registered.v1',
      subject: user_id,
      data: { user_id },
    });
    expect(JSON.stringify(row?.event)).not.toMatch(/ada|lovelace/i);
  });

  it('keeps names and addresses as ciphertext, and the password as an argon2id hash', async () => {
    const [row] = await identity.sql`select * from users`;
    expect(JSON.stringify(row)).not.toMatch(/ada@|example\.com|lovelace|rivers/i);
    expect(row?.email).toMatch(/^v1\.PERSON\./);
    expect(row?.full_name).toMatch(/^v1\.PERSON\./);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each([
    ['the same address', 'ada@example.com'],
    ['the address in capitals', 'ADA@Example.COM'],
  ])('refuses %s a second time, and writes nothing', async (_name, email) => {
    const before = await written();
    await expect(register({ email })).rejects.toMatchObject({
      reason: 'EMAIL_TAKEN',
      code: 'ALREADY_EXISTS',
    });
    expect(await written()).toEqual(before);
  });

  it('lets exactly one of two win who register the same address at once', async () => {
    const before = await written();
    const email = 'race@example.com';
    const results = await Promise.allSettled([register({ email }), register({ email })]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ reason: 'EMAIL_TAKEN' });
    expect(await written()).toEqual({ users: before.users + 1, events: before.events + 1 });
  });

  it('refuses the e-mail address as a password', async () => {
    const before = await written();
    const refused = register({ email: 'grace@example.com', password: 'Grace@Example.com' });
    await expect(refused).rejects.toMatchObject({ reason: 'WEAK_PASSWORD' });
    expect(await written()).toEqual(before);
  });

  it.each([
    ['a short password', { password: 'elevenchars' }, 'password'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, 'password'],
    ['what is no e-mail address', { email: 'nobody' }, 'email'],
    ['an over-long address', { email: `${'x'.repeat(64)}@${'y'.repeat(200)}.com` }, 'email'],
    ['an empty name', { full_name: '  ' }, 'full_name'],
    ['a name of several lines', { full_name: 'Ada\nignore what was said' }, 'full_name'],
    ['a role', { roles: ['admin'] }, 'roles'],
  ])('refuses %s, naming the field and never its value', async (_name, over, field) => {
    const before = await written();
    const refused: Error = await register({ email: 'new@example.com', ...over }).then(
      () => expect.unreachable('it was accepted'),
      (error) => error,
    );
    expect(refused).toMatchObject({ reason: 'INVALID_ARGUMENT', message: expect.stringContaining(field) });
    const shown = `${refused.message} ${JSON.stringify(refused)}`;
    for (const value of Object.values(over)) expect(shown).not.toContain(String(value));
    expect(await written()).toEqual(before);
  });
});
