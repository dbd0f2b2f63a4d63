import type { CallMetrics, Tracing } from '@florin/chassis';
import { asFault, fault } from '@florin/faults';
import { mayUse } from '../auth/caller.js';
import type { MeshCall, Provider } from '../mesh/call.js';
import type { Mesh } from '../mesh/mesh.js';
import { tooMuch, unreadable } from '../mesh/outcome.js';
import type { RequestContext } from './request-context.js';

/** What is called, as the handlers of the methods know it. */
export type Target = Pick<MeshCall, 'kind' | 'name' | 'arguments_json' | 'read_only' | 'keyed' | 'signal'> & {
  provider: string;
  /** Its name in metrics and traces: from the catalogue, since a URI holds ids. */
  label: string;
  on_progress?: MeshCall['on_progress'];
};

export interface Forwarded<Result> {
  /** The JSON as the provider sent it. */
  text: string;
  value: Result;
}

/**
 * Hands a call to whoever provides it, counted and traced.
 *
 * @param isResult refuses what MCP does not allow as this result
 * @throws Fault, and nothing else
 */
export type Forward = <Result>(
  target: Target,
  context: RequestContext,
  isResult: (value: unknown) => value is Result,
) => Promise<Forwarded<Result>>;

export function createForward(options: {
  mesh: Pick<Mesh, 'provider'>;
  calls: CallMetrics;
  tracing: Tracing;
}): Forward {
  const { mesh, calls, tracing } = options;
  return async ({ provider, label, ...target }, context, isResult) => {
    const finished = calls.started(target.kind, label);
    const span = tracing.start(`${target.kind} ${label}`, context.traceparent);
    const call: MeshCall = {
      ...target,
      mesh_token: context.caller.mesh_token,
      person: context.caller.user_id || context.caller.client,
      client: context.caller.client,
      request_id: context.request_id,
      traceparent: span.traceparent,
    };
    try {
      requireAllowed(call, context);
      const bytes = await callOrRenew(mesh.provider(provider), call, context);
      const forwarded = read(call, provider, bytes, isResult);
      finished('OK');
      span.end();
      return forwarded;
    } catch (error) {
      const failure = asFault(error);
      finished(failure.reason);
      span.end(failure);
      throw failure;
    }
  };
}

/**
 * A service may refuse a mesh token that was good when it was exchanged: identity's keys were changed, or what the token
 * stands on. It refuses before any effect, so the call is made once more, with a new one.
 */
async function callOrRenew(provider: Provider, call: MeshCall, context: RequestContext): Promise<Buffer> {
  try {
    return await provider.call(call);
  } catch (error) {
    const { reason } = asFault(error);
    const isRefused = reason === 'INVALID_TOKEN' || reason === 'TOKEN_EXPIRED';
    if (!isRefused || call.mesh_token === '' || context.renew === undefined) throw error;
    const { mesh_token } = await context.renew().catch(() => context.caller);
    if (mesh_token === call.mesh_token) throw error;
    return provider.call({ ...call, mesh_token });
  }
}

/** The services check the same; what the gateway itself provides has nobody else who does. */
function requireAllowed({ kind, name, read_only }: MeshCall, { caller, selection }: RequestContext): void {
  if (kind !== 'tool') return;
  if (!mayUse(caller, name)) {
    const text = `The person does not let this agent use ${name}. Ask them to allow it, or to do it themselves.`;
    throw fault('TOOL_NOT_ALLOWED', text);
  }
  if (selection.read_only && !read_only) {
    const text = `This connection only reads (access=read), and ${name} writes. Ask the person to connect without it.`;
    throw fault('TOOL_NOT_ALLOWED', text);
  }
}

/** Four times what services keep to: a resource holds its JSON as text once more. */
const RESULT_MAX_BYTES = 256 * 1024;

/** What a service sends is its own affair only as long as it is what it has to be. */
function read<Result>(
  call: MeshCall,
  provider: string,
  bytes: Buffer,
  isResult: (value: unknown) => value is Result,
): Forwarded<Result> {
  if (bytes.length > RESULT_MAX_BYTES) throw tooMuch(call, provider, bytes.length);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(call, provider, error);
  }
  if (!isResult(value)) throw unreadable(call, provider, 'not a result of that kind');
  return { text, value };
}
