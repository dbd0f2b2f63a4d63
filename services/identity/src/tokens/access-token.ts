import { randomUUID } from 'node:crypto';
import type { Clock } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import { createLocalJWKSet, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningKeys } from './signing-keys.js';

/** What an access token says, in the claims of RFC 9068. */
export interface AccessClaims {
  user_id: string;
  session_id: string;
  client_id: string;
  scopes: readonly string[];
  authentication_methods: readonly string[];
}

export interface AccessTokens {
  issue(
    claims: AccessClaims,
    session_expires_at: Date,
  ): Promise<{ access_token: string; expires_in: number }>;
  /** @throws Fault INVALID_TOKEN or TOKEN_EXPIRED */
  verify(token: string): Promise<AccessClaims & { expires_at_s: number }>;
}

const verifiedClaims = z.object({
  sub: z.string().startsWith('usr_'),
  sid: z.string().startsWith('ses_'),
  client_id: z.string().min(1),
  scope: z.string(),
  amr: z.array(z.string()),
  exp: z.number(),
});

/** Access tokens for the gateway: JWTs by RFC 9068, ES256. */
export function createAccessTokens(options: {
  keys: SigningKeys;
  issuer: string;
  audience: string;
  lifetime_s: number;
  now: Clock;
}): AccessTokens {
  const { keys, issuer, audience, lifetime_s, now } = options;
  const keySet = followKeySet(keys);
  return {
    async issue(claims, session_expires_at) {
      const issued_at_s = Math.floor(now().getTime() / 1_000);
      const expires_at_s = Math.min(
        issued_at_s + lifetime_s,
        Math.floor(session_expires_at.getTime() / 1_000),
      );
      const access_token = await new SignJWT({
        iss: issuer,
        aud: audience,
        sub: claims.user_id,
        client_id: claims.client_id,
        scope: claims.scopes.join(' '),
        amr: [...claims.authentication_methods],
        sid: claims.session_id,
        jti: randomUUID(),
        iat: issued_at_s,
        exp: expires_at_s,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid })
        .sign(keys.current.private_key);
      return { access_token, expires_in: expires_at_s - issued_at_s };
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keySet(), {
          issuer,
          audience,
          // RFC 9068, section 4: the resource server "MUST verify that the 'typ' header value is 'at+jwt'".
          typ: 'at+jwt',
          // And "MUST reject any JWT in which the value of 'alg' is 'none'".
          algorithms: ['ES256'],
          requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
          currentDate: now(),
        });
        const { sub, sid, client_id, scope, amr, exp } = verifiedClaims.parse(payload);
        return {
          user_id: sub,
          session_id: sid,
          client_id,
          scopes: scope.split(' '),
          authentication_methods: amr,
          expires_at_s: exp,
        };
      } catch (error) {
        throw tokenFault(error);
      }
    },
  };
}

/** The keys as they are now: they change while the process runs. */
function followKeySet(keys: SigningKeys) {
  let made = { of: keys.jwks, keySet: createLocalJWKSet(keys.jwks) };
  return () => {
    const { jwks } = keys;
    if (made.of !== jwks) made = { of: jwks, keySet: createLocalJWKSet(jwks) };
    return made.keySet;
  };
}

function tokenFault(cause: unknown): Fault {
  if (cause instanceof errors.JWTExpired) {
    return fault('TOKEN_EXPIRED', 'The access token has expired: refresh it and repeat the call.', { cause });
  }
  return invalidAccessToken(cause);
}

/** One answer for every token that is not honoured: which check failed is for our log, not for whoever forged it. */
export function invalidAccessToken(cause: unknown): Fault {
  return fault('INVALID_TOKEN', 'The access token is not valid: sign in again.', { cause });
}
