import { type Fault, fault } from '@florin/faults';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from './clock.js';
import { isScope, type Scope } from './scopes.js';

/** Who is calling, as identity vouches for it. */
export interface Actor {
  /** The person whose things are acted upon: the caller, or the one on whose behalf a service acts. */
  user_id: string;
  /** The MCP client, API key or service that acts for the person. */
  client_id: string;
  roles: readonly string[];
  scopes: ReadonlySet<Scope>;
  /** Set when a service of the mesh is calling: its name, e.g. "payments". */
  service?: string;
  /** The sign-in that the call belongs to; none for a service. */
  session_id?: string;
  /** How the person proved who they are (RFC 8176), e.g. ["pwd", "otp"]. */
  authentication_methods: readonly string[];
}

export const MESH_AUDIENCE = 'urn:florin:mesh';

const claims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  on_behalf_of: z.string().optional(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(''),
  amr: z.array(z.string()).default([]),
  sid: z.string().optional(),
  exp: z.number(),
});

export type VerifyActor = (meshToken: string) => Promise<Actor>;

interface VerifierOptions {
  issuer: string;
  jwks_url: string;
  now: Clock;
}

/**
 * Verifies mesh tokens, once each: what was verified is remembered until it expires.
 *
 * @returns a function that throws the Faults UNAUTHENTICATED (none given), TOKEN_EXPIRED, INVALID_TOKEN, and UNAVAILABLE
 *   while identity's keys cannot be had
 */
export function createVerifier({ issuer, jwks_url, now }: VerifierOptions): VerifyActor {
  const keys = createRemoteJWKSet(new URL(jwks_url), { timeoutDuration: 3_000, cooldownDuration: 1_000 });
  const verified = new LRUCache<string, { actor: Actor; expires_at_ms: number }>({ max: 10_000 });

  return async (meshToken) => {
    if (meshToken === '') throw fault('UNAUTHENTICATED', 'Sign in first: this call carries no token.');
    const known = verified.get(meshToken);
    if (known !== undefined && now().getTime() < known.expires_at_ms) return known.actor;
    const payload = await verify(meshToken, keys, issuer, now);
    const actor = toActor(payload);
    verified.set(meshToken, { actor, expires_at_ms: (payload.exp ?? 0) * 1_000 });
    return actor;
  };
}

async function verify(token: string, keys: JWTVerifyGetKey, issuer: string, now: Clock): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: MESH_AUDIENCE,
      // RFC 8725 section 3.1: "Libraries MUST enable the caller to specify a supported set of algorithms".
      algorithms: ['ES256'],
      requiredClaims: ['sub', 'exp', 'iat', 'client_id'],
      maxTokenAge: '5 minutes',
      currentDate: now(),
    });
    return payload;
  } catch (error) {
    throw tokenFault(error);
  }
}

function tokenFault(error: unknown): Fault {
  if (error instanceof errors.JWTExpired) {
    return fault('TOKEN_EXPIRED', 'The token has expired: refresh it and repeat the call.', { cause: error });
  }
  // jose reports keys that cannot be fetched as a timeout, a generic error, or whatever fetch threw.
  const keysMissing =
    error instanceof errors.JWKSTimeout ||
    !(error instanceof errors.JOSEError) ||
    error.code === 'ERR_JOSE_GENERIC';
  if (keysMissing) {
    return fault('UNAVAILABLE', 'Tokens cannot be checked right now. Try again in a moment.', {
      cause: error,
    });
  }
  return fault('INVALID_TOKEN', 'The token is not valid here: sign in again.', { cause: error });
}

function toActor(payload: JWTPayload): Actor {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    throw fault('INVALID_TOKEN', 'The token is not valid here: sign in again.', { cause: parsed.error });
  }
  const { sub, client_id, on_behalf_of, roles, scope, amr, sid } = parsed.data;
  const actor: Actor = {
    user_id: on_behalf_of ?? sub,
    client_id,
    roles,
    scopes: new Set(scope.split(' ').filter(isScope)),
    authentication_methods: amr,
    ...(sid !== undefined && { session_id: sid }),
  };
  return sub.startsWith('svc:') ? { ...actor, service: sub.slice('svc:'.length) } : actor;
}

/**
 * The user whose things a call is about: `me` is the caller. Somebody else's are NOT_FOUND, as if they did not exist,
 * unless the caller has the role that may see them.
 */
export function ownerOf(actor: Actor, requested: string, roleForOthers?: string): string {
  if (requested === 'me' || requested === actor.user_id) return actor.user_id;
  if (roleForOthers !== undefined && actor.roles.includes(roleForOthers)) return requested;
  throw fault('NOT_FOUND', 'There is no such user among those you may see. Use "me" for yourself.');
}
