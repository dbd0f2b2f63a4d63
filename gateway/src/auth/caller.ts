import type { Grounds } from '@florin/chassis';

/** Who makes a request, as far as the gateway needs to know. */
export interface Caller {
  /** Empty for somebody who did not sign in. */
  mesh_token: string;
  /** What the mesh token opens. The gateway goes by it to list and to challenge; every service checks the token itself. */
  scopes: ReadonlySet<string>;
  /** Equal for callers who may see the same things. */
  view: string;
  /** What the mesh token stands on: it may be revoked before it expires. */
  grounds: Grounds;
  /** The API key that was shown, where its owner limits it. */
  limited?: { key_id: string; requests_per_minute: number };
}

/** Somebody without a credential: sees and calls what is public. */
export const anonymous: Caller = { mesh_token: '', scopes: new Set(), view: 'public', grounds: [] };

interface TokenContent {
  scopes: readonly string[];
  grounds: Grounds;
  key_id?: string;
  /** 0 where there is no limit. */
  requests_per_minute: number;
}

export function signedIn(mesh_token: string, content: TokenContent): Caller {
  const { scopes, grounds, key_id, requests_per_minute } = content;
  return {
    mesh_token,
    scopes: new Set(scopes),
    view: `scopes ${[...new Set(scopes)].sort().join(' ')}`,
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
