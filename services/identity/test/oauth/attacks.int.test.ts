import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { oauthClient, REDIRECT_URI } from '../support/oauth-client.js';
import { type TestBrowser, testBrowser } from '../support/page-browser.js';

let identity: IdentityUnderTest;
let client: ReturnType<typeof oauthClient>;
let browser: TestBrowser;
let user_id: string;
let client_id: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('oauth_attacks');
  client = oauthClient(identity);
  user_id = await identity.register('ada@example.com');
  client_id = (await client.register()).client_id ?? '';
  browser = testBrowser(identity);
  await browser.signIn(user_id);
});
afterAll(() => identity.stop());

async function codeFor(attempt = client.attempt(client_id)) {
  const back = await client.decide(browser, attempt.url);
  return { attempt, code: back.searchParams.get('code') ?? '' };
}

const refused = { status: 400, body: { error: 'invalid_grant' } };

// proves: oauth-attacks
describe('the way back', () => {
  it.each([
    ['another site', 'https://evil.example/callback'],
    ['a path below', `${REDIRECT_URI}/evil`],
    ['a path above', 'http://127.0.0.1:9999/'],
    ['a query more', `${REDIRECT_URI}?next=https://evil.example`],
    ['a fragment', `${REDIRECT_URI}#evil`],
    ['a name before', 'http://127.0.0.1:9999@evil.example/callback'],
    ['another loopback name', 'http://localhost:9999/callback'],
  ])('never leads to %s of what was registered', async (_name, redirect_uri) => {
    const response = await browser.get(client.attempt(client_id, { redirect_uri }).url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).not.toContain('href="http');
  });

  it.each(['form_post', 'fragment', 'web_message'])('is the query and never %s', async (response_mode) => {
    const response = await browser.get(client.attempt(client_id, { response_mode }).url);
    const back = new URL(response.headers.get('location') ?? '');
    expect(back.searchParams.get('error')).toBe('unsupported_response_mode');
    expect(back.hash).toBe('');
  });

  it('leads nowhere for a client that nobody knows', async () => {
    const response = await browser.get(client.attempt('oac_unknown').url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('of a code is the one that it was asked for with', async () => {
    const other = 'http://127.0.0.1:9999/other';
    const { client_id: two = '' } = await client.register({ redirect_uris: [REDIRECT_URI, other] });
    const { attempt, code } = await codeFor(client.attempt(two));
    expect(await client.redeem(two, code, attempt, { redirect_uri: other })).toMatchObject(refused);
  });
});

describe('PKCE', () => {
  it.each([
    ['is left out', { code_challenge: undefined, code_challenge_method: undefined }],
    ['is plain', { code_challenge_method: 'plain' }],
    ['names no method, which means plain', { code_challenge_method: undefined }],
    ['is too short to be one', { code_challenge: 'abc' }],
  ])('cannot be downgraded: a request where it %s gets no code', async (_name, over) => {
    const response = await browser.get(client.attempt(client_id, over).url);
    const back = new URL(response.headers.get('location') ?? '', identity.url);
    expect(back.searchParams.get('error')).toBe('invalid_request');
  });

  it.each([
    ['another verifier', 'x'.repeat(43)],
    ['the challenge itself', undefined],
  ])('holds a code back from who has %s', async (_name, verifier) => {
    const { attempt, code } = await codeFor();
    const challenge = new URL(attempt.url, identity.url).searchParams.get('code_challenge') ?? '';
    const code_verifier = verifier ?? challenge;
    expect(await client.redeem(client_id, code, attempt, { code_verifier })).toMatchObject(refused);
  });

  it('holds a code back from who has no verifier', async () => {
    const { code } = await codeFor();
    const form = { grant_type: 'authorization_code', client_id, code, redirect_uri: REDIRECT_URI };
    expect(await client.token(form)).toMatchObject(refused);
  });
});

describe('a code', () => {
  it('is good once: used again it ends what it was used for', async () => {
    const { attempt, code } = await codeFor();
    const first = await client.redeem(client_id, code, attempt);
    expect(first.status).toBe(200);
    expect(await client.redeem(client_id, code, attempt)).toMatchObject(refused);
    await expect(identity.exchange(first.body.access_token ?? '')).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
    expect(await client.refresh(client_id, first.body.refresh_token ?? '')).toMatchObject(refused);
  });

  it('gives one answer to two who come with it at once', async () => {
    const { attempt, code } = await codeFor();
    const answers = await Promise.all([1, 2, 3].map(() => client.redeem(client_id, code, attempt)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  it('is of no use to another client', async () => {
    const { client_id: thief = '' } = await client.register();
    const { attempt, code } = await codeFor();
    expect(await client.redeem(thief, code, attempt)).toMatchObject(refused);
  });
});

describe('a request', () => {
  it('for another resource is refused', async () => {
    const resource = 'https://other.example/mcp';
    const response = await browser.get(client.attempt(client_id, { resource }).url);
    const back = new URL(response.headers.get('location') ?? '');
    expect(back.searchParams.get('error')).toBe('invalid_target');

    const { attempt, code } = await codeFor();
    expect(await client.redeem(client_id, code, attempt, { resource })).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    });
  });

  it('cannot be decided by another site, nor by who is signed in as somebody else in another browser', async () => {
    const asked = await browser.get(client.attempt(client_id).url);
    const interaction = asked.headers.get('location') ?? '';
    expect((await browser.post(interaction, { decision: 'allow' })).status).toBe(403);

    const other = testBrowser(identity);
    await other.signIn(await identity.register('mallory@example.com'));
    expect((await other.get(interaction)).status).toBe(404);
  });

  it('is asked of whoever is signed in now, also after somebody else was', async () => {
    const shared = testBrowser(identity);
    await shared.signIn(user_id);
    await client.decide(shared, client.attempt(client_id).url);
    const ben = await identity.register('ben@example.com');
    await shared.signIn(ben);
    const attempt = client.attempt(client_id);
    const back = await client.decide(shared, attempt.url);
    const { body } = await client.redeem(client_id, back.searchParams.get('code') ?? '', attempt);
    const mesh_token = await identity.exchange(body.access_token ?? '');
    expect(await identity.read('users://me/profile', mesh_token)).toMatchObject({ user_id: ben });
  });
});

describe('a refresh token', () => {
  it('that comes back after its use ends the session, whoever brings it', async () => {
    const first = await client.connect(user_id, client_id);
    const second = await client.refresh(client_id, first.refresh_token);
    await identity.sql`update oauth_records set consumed_at = consumed_at - interval '11 seconds'
      where kind = 'RefreshToken' and consumed_at is not null`;

    expect(await client.refresh(client_id, first.refresh_token)).toMatchObject(refused);
    expect(await client.refresh(client_id, second.body.refresh_token ?? '')).toMatchObject(refused);
    await expect(identity.exchange(second.body.access_token ?? '')).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
    const [event] = await identity.sql`
      select event from outbox where event->>'type' = 'florin.identity.session.revoked.v1' order by position desc limit 1`;
    expect(JSON.stringify(event)).toContain('refresh_token_reused');
  });

  // proves: refresh-race
  it('used twice at once gives one new token between them, and the same answer', async () => {
    const { refresh_token } = await client.connect(user_id, client_id);
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.refresh(client_id, refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect((await client.refresh(client_id, answers[0]?.body.refresh_token ?? '')).status).toBe(200);
  });

  it('whose answer was lost is answered again the same, for a few seconds', async () => {
    const { refresh_token } = await client.connect(user_id, client_id);
    const lost = await client.refresh(client_id, refresh_token);
    expect(await client.refresh(client_id, refresh_token)).toEqual(lost);
  });

  it('is of no use to another client, not even in those seconds', async () => {
    const { client_id: thief = '' } = await client.register();
    const { refresh_token } = await client.connect(user_id, client_id);
    expect(await client.refresh(thief, refresh_token)).toMatchObject(refused);
    expect((await client.refresh(client_id, refresh_token)).status).toBe(200);
    expect(await client.refresh(thief, refresh_token)).toMatchObject(refused);
  });

  it('never opens more than was granted', async () => {
    const { refresh_token } = await client.connect(user_id, client_id);
    const scope = 'banking:read payments:write';
    expect(await client.refresh(client_id, refresh_token, { scope })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    });
  });
});
