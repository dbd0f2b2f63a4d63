import { createPublicKey } from 'node:crypto';
import {
  base64url,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import type { IdTokenMisbehaviour } from './misbehaviours.js';

const HOUR_S = 3_600;
const SOMEBODY_ELSE = 'noor';

/**
 * The honest token with one thing wrong.
 * @param keys the provider's private keys
 */
export async function falseIdToken(
  honest: string,
  how: IdTokenMisbehaviour,
  keys: readonly JWK[],
): Promise<string> {
  const claims = decodeJwt(honest);
  const { kid, alg = 'RS256' } = decodeProtectedHeader(honest);
  const header = { alg, ...(kid === undefined ? {} : { kid }) };
  const key = keys.find((each) => each.kid === kid);
  if (key === undefined) throw new Error('the ID token is not signed with a key of the provider');
  switch (how) {
    case 'unsigned':
      return `${encode({ alg: 'none' })}.${encode(claims)}.`;
    case 'tampered':
      return [honest.split('.')[0], encode({ ...claims, sub: SOMEBODY_ELSE }), honest.split('.')[2]].join(
        '.',
      );
    case 'hmac_with_public_key': {
      const secret = createPublicKey({ key: { ...key }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      });
      const confused = new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' });
      return confused.sign(Buffer.from(secret));
    }
    case 'unknown_key': {
      const { privateKey } = await generateKeyPair(alg);
      return new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    }
    default: {
      const wrong = { ...claims, ...wrongClaims(how, claims) };
      return new SignJWT(wrong).setProtectedHeader(header).sign(await importJWK(key, alg));
    }
  }
}

function wrongClaims(how: IdTokenMisbehaviour, { iat = 0, exp = 0 }: JWTPayload): JWTPayload {
  switch (how) {
    case 'wrong_nonce':
      return { nonce: 'nonce-of-another-sign-in' };
    case 'no_nonce':
      return { nonce: undefined };
    case 'wrong_issuer':
      return { iss: 'https://issuer.attacker.test' };
    case 'wrong_audience':
      return { aud: 'client-of-somebody-else' };
    case 'expired':
      return { iat: iat - 2 * HOUR_S, exp: iat - HOUR_S };
    case 'issued_in_future':
      return { iat: iat + HOUR_S, nbf: iat + HOUR_S, exp: exp + HOUR_S };
    default:
      return {};
  }
}

function encode(part: object): string {
  return base64url.encode(JSON.stringify(part));
}
