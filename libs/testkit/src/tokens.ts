import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { startTestIdentity, type TestIdentity } from './test-identity.js';

interface MeshClaims {
  /** `usr_…` or `svc:<name>`. */
  sub: string;
  scopes?: string[];
  roles?: string[];
  client_id?: string;
  /** RFC 8176 authentication methods. */
  amr?: string[];
  on_behalf_of?: string;
  /** What makes a token wrong: replaces claims; undefined removes one. */
  overrides?: Record<string, unknown>;
}

export interface TestIssuer extends Pick<TestIdentity, 'limits' | 'approvals' | 'people'> {
  issuer: string;
  jwks: JSONWebKeySet;
  jwks_url: string;
  /** Of its gRPC: service tokens for any secret, and what was revoked. */
  identity_address: string;
  /** From now on tokens that name this user, session or key are to be refused. */
  revoke(id: string): void;
  /** A mesh token as identity makes them: ES256, good for five minutes. */
  sign(claims: MeshClaims): Promise<string>;
  close(): Promise<void>;
}

/** An issuer of mesh tokens with its key set on a local port, so that a service under test verifies for real. */
export async function testIssuer({ now = () => new Date() }: { now?: () => Date } = {}): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = randomUUID();
  const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test issuer has no port');
  const issuer = `http://127.0.0.1:${address.port}`;

  function sign({
    sub,
    scopes = [],
    roles = ['user'],
    client_id = 'test',
    amr = ['pwd'],
    on_behalf_of,
    overrides,
  }: MeshClaims): Promise<string> {
    const iat = Math.floor(now().getTime() / 1000);
    return new SignJWT({
      iss: issuer,
      aud: 'urn:florin:mesh',
      sub,
      ...(on_behalf_of === undefined ? {} : { on_behalf_of }),
      client_id,
      roles,
      scope: scopes.join(' '),
      amr,
      jti: randomUUID(),
      iat,
      exp: iat + 300,
      ...overrides,
    })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .sign(privateKey);
  }

  const identity = await startTestIdentity((service, on_behalf_of) =>
    sign({ sub: `svc:${service}`, roles: [], ...(on_behalf_of !== '' && { on_behalf_of }) }),
  );
  const { limits, approvals, people } = identity;
  return {
    issuer,
    jwks,
    jwks_url: `${issuer}/mesh/jwks.json`,
    identity_address: identity.address,
    limits,
    approvals,
    people,
    revoke: identity.revoke,
    sign,
    async close() {
      identity.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
