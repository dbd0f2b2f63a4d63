import { randomUUID } from 'node:crypto';
import { type Clock, MESH_AUDIENCE } from '@florin/chassis';
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.js';

/** What services are told about a caller; the chassis' verifier reads it back as an Actor. */
interface MeshClaims {
  /** `usr_…`, or `svc:<name>`. */
  subject: string;
  client_id: string;
  roles: readonly string[];
  scopes: readonly string[];
  authentication_methods: readonly string[];
  session_id?: string;
  key_id?: string;
  /** The state of the person's roles, and of the key, in which these claims were read. */
  access_changed_at?: Date | null;
  key_changed_at?: Date;
  /** The agent that acts, with its limits; null where none is known. */
  agent?: AgentGrant | null;
  /** The person for whom a service acts. */
  on_behalf_of?: string;
}

/** An agent, and whether its person limited it. */
export interface AgentGrant {
  agent_id: string;
  /** Of its limits; null where it has none. */
  currency: string | null;
  allowed_tools: string[] | null;
  limits_set_at: Date | null;
}

function agentClaims({ agent_id, currency, allowed_tools, limits_set_at }: AgentGrant) {
  return {
    agent_id,
    ...(limits_set_at !== null && { agent_changed_ms: limits_set_at.getTime() }),
    ...(currency !== null && { limits: true }),
    ...(allowed_tools !== null && { tools: allowed_tools }),
  };
}

export interface MeshToken {
  mesh_token: string;
  expires_at_s: number;
}

export interface MeshTokens {
  /** @param not_after_s when the credential behind it expires: a mesh token never outlives that */
  issue(claims: MeshClaims, not_after_s?: number): Promise<MeshToken>;
}

export function createMeshTokens(options: {
  keys: SigningKeys;
  issuer: string;
  lifetime_s: number;
  now: Clock;
}): MeshTokens {
  const { keys, issuer, lifetime_s, now } = options;
  return {
    async issue(claims, not_after_s = Number.POSITIVE_INFINITY) {
      const issued_at_s = Math.floor(now().getTime() / 1_000);
      const expires_at_s = Math.min(issued_at_s + lifetime_s, not_after_s);
      const mesh_token = await new SignJWT({
        iss: issuer,
        aud: MESH_AUDIENCE,
        sub: claims.subject,
        client_id: claims.client_id,
        roles: [...claims.roles],
        scope: claims.scopes.join(' '),
        amr: [...claims.authentication_methods],
        ...(claims.session_id !== undefined && { sid: claims.session_id }),
        ...(claims.key_id !== undefined && { key_id: claims.key_id }),
        ...(claims.access_changed_at != null && { sub_changed_ms: claims.access_changed_at.getTime() }),
        ...(claims.key_changed_at !== undefined && { key_changed_ms: claims.key_changed_at.getTime() }),
        ...(claims.agent != null && agentClaims(claims.agent)),
        ...(claims.on_behalf_of !== undefined && { on_behalf_of: claims.on_behalf_of }),
        jti: randomUUID(),
        iat: issued_at_s,
        exp: expires_at_s,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: keys.current.kid })
        .sign(keys.current.private_key);
      return { mesh_token, expires_at_s };
    },
  };
}
