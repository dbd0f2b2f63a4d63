import { randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWK_EC_Private,
} from 'jose';

/** Access tokens and mesh tokens have keys of their own, so that neither is ever taken for the other. */
export type KeyPurpose = 'access' | 'mesh';

/** An ES256 key pair (RFC 7517, RFC 7518 section 6.2), as the table keeps it: sealed. */
export type PrivateJwk = JWK_EC_Private & { kid: string };

/** The keys of one purpose: one signs, all of them verify. */
export interface SigningKeys {
  current: { kid: string; private_key: CryptoKey };
  /** Public keys only, as they are published. */
  jwks: JSONWebKeySet;
  /** With the private parts, the one that signs first. */
  private_jwks: readonly PrivateJwk[];
}

export async function generatePrivateJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...((await exportJWK(privateKey)) as JWK_EC_Private), kid: randomUUID() };
}

/** @param keys at least one; the first signs */
export async function loadSigningKeys(keys: readonly PrivateJwk[]): Promise<SigningKeys> {
  const [signing] = keys;
  if (signing === undefined) throw new Error('there is no signing key');
  const private_key = (await importJWK(signing, 'ES256')) as CryptoKey;
  return {
    current: { kid: signing.kid, private_key },
    jwks: { keys: keys.map(publicJwk) },
    private_jwks: keys,
  };
}

/** Takes the public members by name: what is not named here cannot leak. */
function publicJwk({ kid, crv, x, y }: PrivateJwk): JWK {
  return { kty: 'EC', crv, x, y, kid, alg: 'ES256', use: 'sig' };
}
