import type { Grounds } from '@florin/chassis';
import { networkOf } from '../limits/network.js';

/** Who makes a request, as far as the gateway needs to know. */
export interface Caller {
  /** Empty for somebody who did not sign in. */
  mesh_token: string;
  /** What the mesh token opens. The gateway goes by it to list and to challenge; every service checks the token itself. */
  scopes: ReadonlySet<string>;
  /** Equal for callers who may see the same things. */
  view: string;
  /** The person: `usr_…`; empty for somebody who did not sign in. */
  user_id: string;
  /** The MCP client or API key that acts for the person; empty for somebody who did not sign in. */
  client_id: string;
  /** Equal for what one program of one person calls; of somebody who did not sign in, for what comes from one address. */
  client: string;
  /** The only tools that the person lets this agent call; all of them where it is not set. */
  tools?: ReadonlySet<string>;
  /** When the mesh token ends, in milliseconds. */
  expires_at_ms: number;
  /** What the mesh token stands on: it may be revoked before it expires. */
  grounds: Grounds;
  /** The API key that was shown, where its owner limits it. */
  limited?: { key_id: string; requests_per_minute: number };
}

/** Somebody without a credential: sees and calls what is public. */
export function anonymousAt(client_ip: string): Caller {
  return { ...anonymous, client: `address ${networkOf(client_ip)}` };
}

const anonymous: Omit<Caller, 'client'> = {
  mesh_token: '',
  scopes: new Set(),
  view: 'public',
  user_id: '',
  client_id: '',
  expires_at_ms: Number.POSITIVE_INFINITY,
  grounds: [],
};

interface TokenContent {
  user_id: string;
  client_id: string;
  scopes: readonly string[];
  tools?: readonly string[];
  expires_at_ms: number;
  grounds: Grounds;
  key_id?: string;
  /** 0 where there is no limit. */
  requests_per_minute: number;
}

export function signedIn(mesh_token: string, content: TokenContent): Caller {
  const { user_id, client_id, scopes, tools, expires_at_ms, grounds, key_id, requests_per_minute } = content;
  const allowed = tools === undefined ? '' : ` tools ${[...new Set(tools)].sort().join(' ')}`;
  return {
    mesh_token,
    scopes: new Set(scopes),
    view: `scopes ${[...new Set(scopes)].sort().join(' ')}${allowed}`,
    user_id,
    client_id,
    client: `${user_id} ${client_id}`,
    ...(tools !== undefined && { tools: new Set(tools) }),
    expires_at_ms,
    grounds,
    ...(key_id !== undefined && requests_per_minute > 0 && { limited: { key_id, requests_per_minute } }),
  };
}

export function isSignedIn(caller: Caller): boolean {
  return caller.mesh_token !== '';
}

/** Whether the caller may use what needs these scopes. */
export function holds(caller: Caller, scopes: readonly string[]): boolean {
  return scopes.every((scope) => caller.scopes.has(scope));
}

/** Whether the person lets whoever calls use a tool; the gateway's own too. */
export function mayUse({ tools }: Caller, name: string): boolean {
  return tools === undefined || tools.has(name);
}
