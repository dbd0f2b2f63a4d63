import { type Fault, fault } from '@florin/faults';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Clock } from './clock.js';
import type { Grounds, Revocations } from './revocations.js';
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
  /** The API key by which the call is made, where it is one. */
  key_id?: string;
  /** The agent that acts, where one does: who spends for it reserves the amount under this id when `limits` is set. */
  agent_id?: string;
  /** The person limited what the agent may spend: ask florin.identity.v1.Limits. Where it is unset, there is nothing to ask. */
  limits?: true;
  /** The only tools that the person lets the agent call. */
  tools?: ReadonlySet<string>;
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
  key_id: z.string().optional(),
  /** When the person's roles and the key's permissions had last changed when the token was made, in ms; 0: never. */
  sub_changed_ms: z.number().default(0),
  key_changed_ms: z.number().default(0),
  agent_id: z.string().optional(),
  agent_changed_ms: z.number().default(0),
  limits: z.literal(true).optional(),
  tools: z.array(z.string()).optional(),
  exp: z.number(),
});

export type VerifyActor = (meshToken: string) => Promise<Actor>;

interface VerifierOptions {
  issuer: string;
  jwks_url: string;
  revocations: Revocations;
  now: Clock;
}

interface Verified {
  actor: Actor;
  grounds: Grounds;
  expires_at_ms: number;
}

/**
 * Verifies mesh tokens, once each: what was verified is remembered until it expires, and refused once it is revoked.
 *
 * @returns a function that throws the Faults UNAUTHENTICATED (none given), TOKEN_EXPIRED, INVALID_TOKEN, and UNAVAILABLE
 *   while neither identity's keys nor its revocations can be had
 */
export function createVerifier({ issuer, jwks_url, revocations, now }: VerifierOptions): VerifyActor {
  const keys = createRemoteJWKSet(new URL(jwks_url), { timeoutDuration: 3_000, cooldownDuration: 1_000 });
  const verified = new LRUCache<string, Verified>({ max: 10_000 });

  return async (meshToken) => {
    if (meshToken === '') throw fault('UNAUTHENTICATED', 'Sign in first: this call carries no token.');
    const known = verified.get(meshToken);
    const isKnown = known !== undefined && now().getTime() < known.expires_at_ms;
    const token = isKnown ? known : toVerified(await verify(meshToken, keys, issuer, now));
    if (!isKnown) verified.set(meshToken, token);
    await revocations.check(token.grounds);
    return token.actor;
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

function toVerified(payload: JWTPayload): Verified {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) {
    throw fault('INVALID_TOKEN', 'The token is not valid here: sign in again.', { cause: parsed.error });
  }
  return {
    actor: toActor(parsed.data),
    grounds: groundsOf(parsed.data),
    expires_at_ms: parsed.data.exp * 1_000,
  };
}

type Claims = z.output<typeof claims>;

function toActor(given: Claims): Actor {
  const { sub, client_id, on_behalf_of, roles, scope, amr, sid, key_id, agent_id, limits, tools } = given;
  const actor: Actor = {
    user_id: on_behalf_of ?? sub,
    client_id,
    roles,
    scopes: new Set(scope.split(' ').filter(isScope)),
    authentication_methods: amr,
    ...(sid !== undefined && { session_id: sid }),
    ...(key_id !== undefined && { key_id }),
    ...(agent_id !== undefined && { agent_id }),
    ...(limits !== undefined && { limits }),
    ...(tools !== undefined && { tools: new Set(tools) }),
  };
  return sub.startsWith('svc:') ? { ...actor, service: sub.slice('svc:'.length) } : actor;
}

/** A service's token stands on its secret alone: what it does for a person outlives the person's own access. */
function groundsOf(given: Claims): Grounds {
  const { sub, sid, key_id, agent_id, sub_changed_ms, key_changed_ms, agent_changed_ms } = given;
  if (sub.startsWith('svc:')) return [];
  return [
    { id: sub, changed_at_ms: sub_changed_ms },
    ...(sid === undefined ? [] : [{ id: sid, changed_at_ms: 0 }]),
    ...(key_id === undefined ? [] : [{ id: key_id, changed_at_ms: key_changed_ms }]),
    ...(agent_id === undefined ? [] : [{ id: agent_id, changed_at_ms: agent_changed_ms }]),
  ];
}

/** What a mesh token stands on, for whoever has it from identity itself and so need not verify it. */
export function groundsOfToken(payload: JWTPayload): Grounds {
  return toVerified(payload).grounds;
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
