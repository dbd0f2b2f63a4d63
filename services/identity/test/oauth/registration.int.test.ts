import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient } from '../support/oauth-client.js';

let identity: IdentityUnderTest;
let client: ReturnType<typeof oauthClient>;

beforeAll(async () => {
  identity = await startIdentityUnderTest('oauth_registration');
  client = oauthClient(identity);
});
afterAll(() => identity.stop());

describe('registration', () => {
  it.each([
    ['https', 'https://app.example/callback', 'https://app.example/callback'],
    [
      'a loopback port, which may be another next time',
      'http://127.0.0.1:1234/cb',
      'http://127.0.0.1:5678/cb',
    ],
    ['a scheme of its own', 'com.example.app:/callback', 'com.example.app:/callback'],
  ])('takes a client that is called back by %s', async (_name, registered, redirect_uri) => {
    const { status, client_id = '', ...metadata } = await client.register({ redirect_uris: [registered] });
    expect(status).toBe('201');
    expect(client_id).toMatch(/^oac_/);
    expect(metadata).not.toHaveProperty('client_secret');
    const asked = await fetch(`${identity.url}${client.attempt(client_id, { redirect_uri }).url}`, {
      redirect: 'manual',
    });
    expect(asked.headers.get('location')).toMatch(/^\/oauth\/interaction\//);
  });

  it.each([
    ['http elsewhere', { redirect_uris: ['http://app.example/cb'] }],
    [
      'http elsewhere, called a web client',
      { redirect_uris: ['http://app.example/cb'], application_type: 'web' },
    ],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }],
    ['a scheme that others share', { redirect_uris: ['mailto:me@example.com'] }],
    ['a password in the address', { redirect_uris: ['https://a:b@app.example/cb'] }],
    ['no address', { redirect_uris: [] }],
    [
      'too many addresses',
      { redirect_uris: Array.from({ length: 11 }, (_, i) => `https://app.example/${i}`) },
    ],
    ['a name that is too long', { client_name: 'x'.repeat(101) }],
    ['a name that turns text around', { client_name: 'Bank\u202e' }],
    ['the grant of machines', { grant_types: ['authorization_code', 'client_credentials'] }],
    ['answers in the fragment', { response_modes: ['fragment'] }],
    ['tokens in the front channel', { response_types: ['token'], grant_types: ['implicit'] }],
    ['a shared secret as a signing key', { token_endpoint_auth_method: 'client_secret_jwt' }],
  ])('refuses %s', async (_name, metadata) => {
    const answer = await client.register(metadata);
    expect(answer.status).toBe('400');
    expect(answer.error).toMatch(/^invalid_(client_metadata|redirect_uri)$/);
  });

  it('gives a secret to who asks for one, and keeps it as ciphertext', async () => {
    const { client_secret = '' } = await client.register({
      token_endpoint_auth_method: 'client_secret_basic',
    });
    expect(client_secret.length).toBeGreaterThan(40);
    const rows = await identity.sql`select payload from oauth_records where kind = 'Client'`;
    expect(JSON.stringify(rows)).not.toContain(client_secret);
  });

  it('is forgotten after a week in which nobody gives the client access, and kept when somebody does', async () => {
    const user_id = await identity.register('ada@example.com');
    const [unused, used] = [await client.register(), await client.register()];
    await client.connect(user_id, used.client_id ?? '');
    const rows = await identity.sql`select expires_at > now() + interval '8 days' as kept from oauth_records
      where kind = 'Client' order by created_at desc limit 2`;
    expect(rows.map(({ kept }) => kept)).toEqual([true, false]);
    await identity.sql`update oauth_records set expires_at = now() - interval '1 second'
      where kind = 'Client' and expires_at < now() + interval '8 days'`;
    const gone = await fetch(`${identity.url}${client.attempt(unused.client_id ?? '').url}`, {
      redirect: 'manual',
    });
    expect(gone.status).toBe(400);
  });

  it('is open to clients in browsers', async () => {
    const response = await fetch(`${identity.url}/oauth/register`, { method: 'OPTIONS' });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});

it('one address registers a bounded number of clients an hour', async () => {
  let last = '';
  for (let calls = 0; calls < 61 && last !== '429'; calls += 1) last = (await client.register()).status ?? '';
  expect(last).toBe('429');
});
