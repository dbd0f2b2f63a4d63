import { asFault, type Fault, fault, httpStatus } from '@florin/faults';
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND } from '@modelcontextprotocol/server';
import { anonymousAt, type Caller, holds } from '../auth/caller.js';
import type { Challenges } from '../auth/challenge.js';
import { bearerCredential } from '../auth/credential.js';
import type { Exchange } from '../auth/exchange.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { readResource } from '../operations/read-resource.js';
import type { Message } from './message.js';
import type { Refusal } from './rpc-error.js';

interface AdmissionOptions {
  exchange: Exchange;
  challenges: Challenges;
  catalogue: () => MergedCatalogue;
}

/** What is known of the request that brought a message. */
export interface Sender {
  authorization: string | undefined;
  client_ip: string;
  request_id: string;
  /** Takes headers for the answer, whatever it will be. */
  tell?: (headers: Record<string, string>) => void;
}

/** Says who is calling, or why the call goes no further. */
export type Admit = (message: Message, sender: Sender) => Promise<Caller | Refusal>;

/** Admission to `/mcp`: signed in, save for calls to public operations; and with the scopes that the call needs. */
export function createAdmission({ exchange, challenges, catalogue }: AdmissionOptions): Admit {
  return async (message, { authorization, client_ip, request_id }) => {
    // A public operation is how one gets a token: a stale one must not be in the way.
    if (message.method === 'tools/call' && catalogue().tool(message.target)?.public) {
      return anonymousAt(client_ip);
    }
    const credential = bearerCredential(authorization);
    if (credential === undefined) {
      const text = 'Sign in first: send an access token as "Authorization: Bearer …".';
      const challenge = authorization === undefined ? challenges.signIn() : challenges.invalidToken();
      return unauthorized(fault('UNAUTHENTICATED', text), challenge);
    }
    let caller: Caller;
    try {
      caller = await exchange.caller({ credential, client_ip }, request_id);
    } catch (error) {
      return refusedByIdentity(asFault(error), challenges);
    }
    const needed = scopesNeeded(message, catalogue());
    return holds(caller, needed) ? caller : lacksScope(needed, challenges);
  };
}

/** Methods that make sense without a person. */
const publicMethods = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'notifications/initialized',
  'notifications/cancelled',
]);

/** Admission to `/mcp/public`: nobody signs in, and there is nothing but the public operations. */
export const admitToPublic: Admit = async ({ method }, { client_ip }) => {
  if (publicMethods.has(method)) return anonymousAt(client_ip);
  const text = 'Only the public tools are served here. Sign in with them, then connect to /mcp.';
  return { status: 404, code: METHOD_NOT_FOUND, fault: fault('UNIMPLEMENTED', text) };
};

function scopesNeeded({ method, target, params }: Message, catalogue: MergedCatalogue): readonly string[] {
  if (method === 'resources/read') return catalogue.resource(target)?.scopes ?? [];
  if (method === 'prompts/get') return catalogue.prompt(target)?.scopes ?? [];
  if (method === 'completion/complete')
    return (catalogue.template(target) ?? catalogue.prompt(target))?.scopes ?? [];
  if (method !== 'tools/call') return [];
  if (target !== readResource.name) return catalogue.tool(target)?.scopes ?? [];
  const { uri } = (params.arguments ?? {}) as { uri?: unknown };
  return typeof uri === 'string' ? (catalogue.resource(uri)?.scopes ?? []) : [];
}

function refusedByIdentity(failure: Fault, challenges: Challenges): Refusal {
  if (failure.code === 'UNAUTHENTICATED') return unauthorized(failure, challenges.invalidToken());
  const status = httpStatus(failure);
  const retry = failure.retryable ? { headers: { 'retry-after': '1' } } : {};
  return { status, code: status < 500 ? INVALID_REQUEST : INTERNAL_ERROR, fault: failure, ...retry };
}

function unauthorized(failure: Fault, challenge: string): Refusal {
  return {
    status: 401,
    code: INVALID_REQUEST,
    fault: failure,
    headers: { 'www-authenticate': challenge },
  };
}

function lacksScope(scopes: readonly string[], challenges: Challenges): Refusal {
  return {
    status: 403,
    code: INVALID_REQUEST,
    fault: fault(
      'INSUFFICIENT_SCOPE',
      `This needs the permission ${scopes.join(', ')}. Ask the person to grant it.`,
      { details: { required_scopes: scopes } },
    ),
    headers: { 'www-authenticate': challenges.insufficientScope(scopes) },
  };
}
