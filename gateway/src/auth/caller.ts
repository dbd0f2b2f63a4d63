/** Who makes a request, as far as the gateway needs to know. */
export interface Caller {
  /** Empty for somebody who did not sign in. */
  mesh_token: string;
  /** What the mesh token opens. The gateway goes by it to list and to challenge; every service checks the token itself. */
  scopes: ReadonlySet<string>;
  /** Equal for callers who may see the same things. */
  view: string;
}

/** Somebody without a credential: sees and calls what is public. */
export const anonymous: Caller = { mesh_token: '', scopes: new Set(), view: 'public' };

export function signedIn(mesh_token: string, scopes: readonly string[]): Caller {
  return { mesh_token, scopes: new Set(scopes), view: `scopes ${[...new Set(scopes)].sort().join(' ')}` };
}

export function isSignedIn(caller: Caller): boolean {
  return caller.mesh_token !== '';
}

/** Whether the caller may use what needs these scopes. */
export function holds(caller: Caller, scopes: readonly string[]): boolean {
  return scopes.every((scope) => caller.scopes.has(scope));
}
