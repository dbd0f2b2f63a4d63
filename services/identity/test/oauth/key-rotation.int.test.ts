import { decodeProtectedHeader } from 'jose';
import { afterAll, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient } from '../support/oauth-client.js';

const started: IdentityUnderTest[] = [];
afterAll(async () => {
  for (const identity of started.reverse()) await identity.stop();
});

/** Another process over the same tables, under the same name. */
async function another(of: IdentityUnderTest): Promise<IdentityUnderTest> {
  const { DATABASE_URL = '', DATABASE_OWNER_URL = '', FIELD_KEYS = '' } = of.env;
  const over = { DATABASE_URL, DATABASE_OWNER_URL, FIELD_KEYS };
  const identity = await startIdentityUnderTest('oauth_key_rotation_next', { over });
  started.push(identity);
  return identity;
}

it('a rotated key signs once it has been published for long enough, and the old one verifies on', async () => {
  const first = await startIdentityUnderTest('oauth_key_rotation');
  started.push(first);
  const user_id = await first.register('ada@example.com');
  const connect = async (identity: IdentityUnderTest) => {
    const client = oauthClient({ url: identity.url, sql: first.sql });
    const { client_id = '' } = await client.register();
    const { access_token } = await client.connect(user_id, client_id);
    await identity.exchange(access_token);
    return String(decodeProtectedHeader(access_token).kid);
  };
  const published = async (identity: IdentityUnderTest) => {
    const response = await fetch(`${identity.url}/.well-known/jwks.json`);
    return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  };

  const old_kid = await connect(first);
  await first.sql`update signing_keys set created_at = created_at - interval '31 days' where purpose = 'access'`;
  const second = await another(first);
  expect(await connect(second)).toBe(old_kid);
  const [, new_kid, ...rest] = await published(second);
  expect(rest).toEqual([]);

  await first.sql`update signing_keys set created_at = created_at - interval '11 minutes' where purpose = 'access'`;
  const third = await another(first);
  expect(await connect(third)).toBe(new_kid);
  expect(await published(third)).toEqual([new_kid, old_kid]);
});
