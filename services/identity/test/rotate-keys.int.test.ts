import { randomBytes, randomUUID } from 'node:crypto';
import { idToUuid, uuidToId } from '@florin/chassis';
import { createFieldCipher, parseKeyRing } from '@florin/postgres';
import { freePort } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdentity } from '../src/identity.js';
import { rotateKeys } from '../src/rotate-keys.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from './support/identity-under-test.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2] = [key('k1'), key('k2')];
const PEOPLE = 60;

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('rotate_keys', { over: { FIELD_KEYS: k1, DEMO_PEOPLE: 'true' } });
  await identity.register('ada@rotate.test');
  await identity.register('late@rotate.test');
  await populate(await identity.register('ben@rotate.test'));
});
afterAll(() => identity.stop());

/** A value under the old key in every sealed column, and people whom the ring itself sealed, as before personal keys. */
async function populate(user_id: string) {
  const { sql } = identity;
  const id = idToUuid(user_id, 'usr');
  const cipher = createFieldCipher(parseKeyRing(k1));
  const seal = (table: string, column: string, row: string, value = '{}') =>
    cipher.seal({ table, column, row }, value);
  const { access_token } = await identity.signIn('ben@rotate.test');
  await identity.call('tool', 'delete_my_account', {}, await identity.exchange(access_token));
  await sql`insert into totp_factors values (${id}, ${seal('totp_factors', 'secret', user_id)}, now(), now(), 7)`;
  const mail_id = randomUUID();
  await sql`insert into mails values (${mail_id}, ${id}, ${seal('mails', 'content', mail_id)}, now(), 0, now() + interval '1 day')`;
  await sql`insert into mail_tokens select 'h', user_id, 'verify_email', email_index, now(), now(), null from users where user_id = ${id}`;
  await sql`insert into oauth_records (kind, record_hash, payload, created_at)
    values ('Grant', 'h', ${seal('oauth_records', 'payload', 'Grant.h')}, now())`;
  await sql`insert into federated_sign_ins
    values ('h', 'oidc:x', 'h', ${seal('federated_sign_ins', 'payload', 'h')}, now(), now(), null)`;
  await sql`update users set phone = ${seal('users', 'phone', user_id, '+1 202 555 0143')}, full_name = ${seal('users', 'full_name', user_id, 'Ben')}
    where user_id = ${id}`;
  await sql`insert into users (user_id, email_index, email, full_name, roles, created_at, updated_at)
    select gen_random_uuid(), 'k1.' || n, '', '', '{user}', now(), now() from generate_series(1, ${PEOPLE}) n`;
  const rows = await sql<{ user_id: string }[]>`select user_id from users where email = ''`;
  for (const row of rows) {
    const usr = uuidToId('usr', row.user_id);
    await sql`update users set email = ${seal('users', 'email', usr, `${usr}@old.test`)}, full_name = ${seal('users', 'full_name', usr, 'Old')}
      where user_id = ${row.user_id}`;
  }
}

/** Columns of all tables that hold anything under a key. */
async function columnsUnder(id: string): Promise<string[]> {
  const columns = await identity.sql<{ table: string; column: string }[]>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'text' order by 1, 2`;
  const found: string[] = [];
  for (const { table, column } of columns) {
    const { sql } = identity;
    const rows = await sql`
      select 1 from ${sql(table)}
      where starts_with(${sql(column)}, ${`v1.${id}.`}) or starts_with(${sql(column)}, ${`${id}.`}) limit 1`;
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

/** Another process over the same tables. */
async function serveWith(FIELD_KEYS: string) {
  const HTTP_PORT = String(await freePort());
  const running = await startIdentity({ ...identity.env, FIELD_KEYS, HTTP_PORT });
  const url = `http://127.0.0.1:${HTTP_PORT}`;
  return {
    async signIn(username: string, password = PASSWORD) {
      const body = JSON.stringify({ username, password });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/auth/login`, { method: 'POST', headers, body });
      const { access_token } = (await response.json()) as { access_token?: string };
      const me = await fetch(`${url}/users/me`, { headers: { authorization: `Bearer ${access_token}` } });
      return (await me.json()) as { email?: string };
    },
    stop: () => running.stop(),
  };
}

const rotate = async (FIELD_KEYS: string) => {
  const lines: string[] = [];
  await rotateKeys({ ...identity.env, FIELD_KEYS }, (line) => lines.push(line));
  return lines;
};

describe('rotate-keys', () => {
  // proves: keys-rotate
  it('leaves nothing under the old key, while people sign in; then everything opens without it', async () => {
    expect(await columnsUnder('k1')).toEqual([
      'approvals.summary',
      'federated_sign_ins.payload',
      'mail_tokens.email_index',
      'mails.content',
      'oauth_records.payload',
      'person_keys.sealed_key',
      'signing_keys.private_jwk',
      'totp_factors.secret',
      'users.email',
      'users.email_index',
      'users.full_name',
      'users.phone',
    ]);
    const serving = await serveWith(`${k2},${k1}`);
    const [lines, ...seen] = await Promise.all([
      rotate(`${k2},${k1}`),
      serving.signIn('ada@rotate.test'),
      serving.signIn('late@rotate.test'),
    ]);
    expect(seen).toMatchObject([{ email: 'ada@rotate.test' }, { email: 'late@rotate.test' }]);
    await serving.stop();
    expect(lines.at(-1)).toBe('Done: everything is under k2.');
    expect(lines.slice(0, -1).filter((line) => /: 0 /.test(line))).toEqual([]);
    expect(await columnsUnder('k1')).toEqual([]);

    const after = await serveWith(k2);
    expect(await after.signIn('ADA@rotate.test')).toMatchObject({ email: 'ada@rotate.test' });
    expect(await after.signIn('ada@florin.test', 'florin-demo-passphrase')).toMatchObject({
      email: 'ada@florin.test',
    });
    await after.stop();
    const [mail] = await identity.sql`
      select 1 from mail_tokens join users using (user_id, email_index) where token_hash = 'h'`;
    expect(mail).toBeDefined();
  });

  it('finds nothing to do a second time', async () => {
    const lines = await rotate(`${k2},${k1}`);
    expect(lines.slice(0, -1).every((line) => /: 0 under k2 now$/.test(line))).toBe(true);
  });

  it('goes on with the rest where a value does not open, and fails', async () => {
    const k3 = key('k3');
    const { sql } = identity;
    await sql`insert into oauth_records (kind, record_hash, payload, created_at) values ('Grant', 'lost', 'v1.k0.YQ.YQ', now())`;
    await expect(rotate(`${k3},${k2}`)).rejects.toThrow(/k0/);
    await sql`delete from oauth_records where record_hash = 'lost'`;
    expect((await rotate(`${k3},${k2}`)).at(-1)).toBe('Done: everything is under k3.');
    expect(await columnsUnder('k2')).toEqual([]);
  });

  it('says what is missing in the environment', async () => {
    await expect(rotateKeys({}, () => undefined)).rejects.toThrow(/DATABASE_URL is not set/);
  });
});
