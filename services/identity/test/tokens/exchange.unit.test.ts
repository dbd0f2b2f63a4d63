import { createHmac } from 'node:crypto';
import { testClock } from '@florin/testkit';
import { base64url, decodeJwt, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/roles.js';
import { type AccessClaims, createAccessTokens } from '../../src/tokens/access-token.js';
import { createExchange, type Exchange } from '../../src/tokens/exchange.js';
import { type AgentGrant, createMeshTokens } from '../../src/tokens/mesh-token.js';
import { generatePrivateJwk, loadSigningKeys, type SigningKeys } from '../../src/tokens/signing-keys.js';

const ISSUER = 'http://identity.test';
const AUDIENCE = 'http://gateway.test/mcp';
const AGENT = 'agt_01jd5c3k8qf6t9w2x4y7z0a1b2';
const clock = testClock();
const keys = {
  access: await loadSigningKeys([await generatePrivateJwk()]),
  mesh: await loadSigningKeys([await generatePrivateJwk()]),
};
const accessTokens = createAccessTokens({
  keys: keys.access,
  issuer: ISSUER,
  audience: AUDIENCE,
  lifetime_s: 900,
  now: clock.now,
});
const meshTokens = createMeshTokens({ keys: keys.mesh, issuer: ISSUER, lifetime_s: 300, now: clock.now });

const owner: AccessClaims = {
  user_id: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2',
  session_id: 'ses_01jd5c3k8qf6t9w2x4y7z0a1b2',
  client_id: 'florin-password',
  scopes: ['profile:read', 'banking:read'],
  authentication_methods: ['pwd'],
};
const later = () => new Date(clock.now().getTime() + 3_600_000);

let session: {
  expires_at: Date;
  revoked_at: Date | null;
  suspended_at: Date | null;
  access_changed_at: Date | null;
  roles: Role[];
  agent: AgentGrant | null;
};
let asked: number;
let exchange: Exchange;

beforeEach(() => {
  session = {
    expires_at: later(),
    revoked_at: null,
    suspended_at: null,
    access_changed_at: null,
    roles: ['user'],
    agent: null,
  };
  asked = 0;
  exchange = createExchange({
    accessTokens,
    meshTokens,
    now: clock.now,
    findSession: async (user_id, session_id) => {
      asked += 1;
      return user_id === owner.user_id && session_id === owner.session_id ? session : undefined;
    },
  });
});

async function issue(over: Partial<AccessClaims> = {}): Promise<string> {
  return (await accessTokens.issue({ ...owner, ...over }, later())).access_token;
}

/** A token that is right but for what is said to be wrong, signed with a key of ours unless another is given. */
function forge(
  claims: Record<string, unknown> = {},
  header: { alg?: string; typ?: string; kid?: string } = {},
  by: SigningKeys = keys.access,
): Promise<string> {
  const issued_at_s = Math.floor(clock.now().getTime() / 1_000);
  return new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: owner.user_id,
    sid: owner.session_id,
    client_id: owner.client_id,
    scope: 'profile:read',
    amr: ['pwd'],
    jti: 'one',
    iat: issued_at_s,
    exp: issued_at_s + 900,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: by.current.kid, ...header })
    .sign(by.current.private_key);
}

/** The same token with a part replaced, its signature left as it was. */
async function altered(part: 'header' | 'payload', value: object): Promise<string> {
  const [header = '', payload = '', signature = ''] = (await issue()).split('.');
  const changed = base64url.encode(JSON.stringify({ ...decodeJwt(await issue()), ...value }));
  const headed = base64url.encode(JSON.stringify({ typ: 'at+jwt', kid: keys.access.current.kid, ...value }));
  return part === 'payload' ? `${header}.${changed}.${signature}` : `${headed}.${payload}.${signature}`;
}

describe('the exchange', () => {
  it('vouches for the person, client, session, roles and scopes that the access token names', async () => {
    const { mesh_token } = await exchange(await issue());
    expect(decodeJwt(mesh_token)).toMatchObject({
      iss: ISSUER,
      aud: 'urn:florin:mesh',
      sub: owner.user_id,
      sid: owner.session_id,
      client_id: 'florin-password',
      roles: ['user'],
      scope: 'profile:read banking:read',
      amr: ['pwd'],
    });
  });

  it('names the agent, and says nothing of limits where the person has set none', async () => {
    session.agent = { agent_id: AGENT, currency: null, allowed_tools: null, limits_set_at: null };
    const claims = decodeJwt((await exchange(await issue())).mesh_token);
    expect(claims.agent_id).toBe(AGENT);
    for (const claim of ['limits', 'tools', 'agent_changed_ms']) expect(claims).not.toHaveProperty(claim);
  });

  it('says that the agent is limited, to which tools, and since when', async () => {
    const limits_set_at = clock.now();
    session.agent = { agent_id: AGENT, currency: 'USD', allowed_tools: ['list_accounts'], limits_set_at };
    expect(decodeJwt((await exchange(await issue())).mesh_token)).toMatchObject({
      agent_id: AGENT,
      limits: true,
      tools: ['list_accounts'],
      agent_changed_ms: limits_set_at.getTime(),
    });
  });

  it('asks the database once', async () => {
    await exchange(await issue());
    expect(asked).toBe(1);
  });

  it('gives a mesh token five minutes, and never longer than the access token has', async () => {
    const now_s = clock.now().getTime() / 1_000;
    expect((await exchange(await issue())).expires_at_s).toBe(now_s + 300);
    expect((await exchange(await forge({ exp: now_s + 60 }))).expires_at_s).toBe(now_s + 60);
  });

  it('gives no scope that the roles no longer open', async () => {
    const token = await issue({ scopes: ['profile:read', 'admin'] });
    expect(decodeJwt((await exchange(token)).mesh_token).scope).toBe('profile:read');
  });

  const wrong: [string, () => Promise<string>][] = [
    ['nothing', async () => ''],
    ['what is no JWT', async () => 'not.a.token'],
    ['a refresh token', async () => 'flr_Jx0c3cR5m1u7h2Qn8y4sT6vW9zB1dF3gK5lP7rX0aEo'],
    ['a mesh token', async () => (await exchange(await issue())).mesh_token],
    ['a token for another audience', () => forge({ aud: 'http://elsewhere.test' })],
    ['a token without an audience', () => forge({ aud: undefined })],
    ['a token of another issuer', () => forge({ iss: 'http://evil.test' })],
    ['a token of another type', () => forge({}, { typ: 'JWT' })],
    ['a token not valid yet', () => forge({ nbf: Math.floor(clock.now().getTime() / 1_000) + 60 })],
    ['a token without an expiry', () => forge({ exp: undefined })],
    ['a token without a subject', () => forge({ sub: undefined })],
    ['a token for a service', () => forge({ sub: 'svc:gateway' })],
    ["a token signed with the mesh's key", () => forge({}, {}, keys.mesh)],
    [
      "a token signed with the mesh's key under the name of ours",
      () => forge({}, { kid: keys.access.current.kid }, keys.mesh),
    ],
    ['a token that was widened', () => altered('payload', { scope: 'admin' })],
    [
      'a token that names another person',
      () => altered('payload', { sub: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b3' }),
    ],
    ['a token whose header says "none"', () => altered('header', { alg: 'none' })],
    [
      'a token without a signature',
      async () => {
        const [, payload] = (await issue()).split('.');
        return `${base64url.encode('{"alg":"none","typ":"at+jwt"}')}.${payload}.`;
      },
    ],
    [
      'a token signed with our public key as an HMAC secret',
      async () => {
        const [, payload] = (await issue()).split('.');
        const [key] = keys.access.jwks.keys;
        const header = base64url.encode(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: key?.kid }));
        const mac = createHmac('sha256', JSON.stringify(key))
          .update(`${header}.${payload}`)
          .digest('base64url');
        return `${header}.${payload}.${mac}`;
      },
    ],
  ];

  it.each(wrong)('refuses %s, and asks the database nothing', async (_name, make) => {
    const token = await make();
    asked = 0;
    await expect(exchange(token)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'INVALID_TOKEN',
      message: 'The access token is not valid: sign in again.',
    });
    expect(asked).toBe(0);
  });

  it('tells an expired token from a wrong one, so that a client refreshes it', async () => {
    const token = await issue();
    clock.advance(900_000);
    await expect(exchange(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it.each([
    ['was ended', () => ({ revoked_at: clock.now() })],
    ['has run out', () => ({ expires_at: clock.now() })],
    ['belongs to somebody who was suspended', () => ({ suspended_at: clock.now() })],
  ])('refuses a good token whose session %s', async (_name, change) => {
    Object.assign(session, change());
    await expect(exchange(await issue())).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it("refuses a session that is another person's", async () => {
    const token = await issue({ user_id: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b3' });
    await expect(exchange(token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });
});
