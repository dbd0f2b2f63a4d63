import { idToUuid } from '@florin/chassis';
import { hash, verify } from '@node-rs/argon2';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

// The real argon2, watched: whether an unknown user costs as much as a known one is seen by what runs, not by the clock.
vi.mock('@node-rs/argon2', { spy: true });

let identity: IdentityUnderTest;
let user_id: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('authenticate');
  user_id = await identity.register('ada@example.com');
});
afterAll(() => identity.stop());
beforeEach(() => vi.clearAllMocks());

function authenticate(username: string, password: string) {
  return identity.call('tool', 'authenticate_user', { username, password });
}

async function sessions() {
  const [row] = await identity.sql`select count(*)::int as count from sessions`;
  return row?.count;
}

describe('authenticate_user', () => {
  it('gives a token for the gateway that says who signed in, by what, and for how long', async () => {
    const result = await authenticate('ada@example.com', PASSWORD);
    expect(result).toMatchObject({ user_id, token_type: 'Bearer', expires_in: 900 });
    const access_token = String(result.access_token);
    expect(decodeProtectedHeader(access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const claims = decodeJwt(access_token);
    expect(claims).toMatchObject({
      iss: identity.url,
      aud: 'http://127.0.0.1:8080/mcp',
      sub: user_id,
      client_id: 'florin-password',
      scope: expect.stringContaining('banking:read'),
      amr: ['pwd'],
      sid: expect.stringMatching(/^ses_/),
      jti: expect.any(String),
    });
    expect(claims.scope).not.toContain('admin');
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  it('keeps refresh tokens as hashes only', async () => {
    const { refresh_token } = await identity.signIn('ada@example.com');
    const rows = await identity.sql`select token_hash from refresh_tokens`;
    expect(JSON.stringify(rows)).not.toContain(refresh_token.slice(4));
    expect(rows[0]?.token_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['ADA@EXAMPLE.COM', ' ada@example.com '])('knows the person who writes %j', async (username) => {
    expect(await authenticate(username, PASSWORD)).toMatchObject({ user_id });
  });

  it('answers a wrong password, an unknown user and a suspended one alike', async () => {
    await identity.suspend(await identity.register('sue@example.com'));
    const before = await sessions();
    const answers = await Promise.all(
      [
        authenticate('ada@example.com', 'not the password'),
        authenticate('nobody@example.com', PASSWORD),
        authenticate('sue@example.com', PASSWORD),
        authenticate('not an address', PASSWORD),
      ].map((answer) =>
        answer.catch(({ code, reason, message, details }) => ({ code, reason, message, details })),
      ),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'INVALID_CREDENTIALS' });
    expect(await sessions()).toBe(before);
  });

  it('verifies a hash for an unknown user as for a known one, made with the same parameters', async () => {
    await authenticate('ada@example.com', 'not the password').catch(() => undefined);
    await authenticate('nobody@example.com', 'not the password').catch(() => undefined);
    const parameters = vi.mocked(verify).mock.calls.map(([known]) => String(known).split('$').slice(0, 4));
    expect(parameters).toHaveLength(2);
    expect(parameters[1]).toEqual(parameters[0]);
  });

  it('hashes the password anew when the parameters have grown', async () => {
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    const id = idToUuid(await identity.register('old@example.com'), 'usr');
    await identity.sql`update users set password_hash = ${old} where user_id = ${id}`;
    await identity.signIn('old@example.com');
    const [row] = await identity.sql`select password_hash from users where user_id = ${id}`;
    expect(row?.password_hash).toContain('m=19456,t=2,p=1');
    expect(await authenticate('old@example.com', PASSWORD)).toHaveProperty('access_token');
  });
});
