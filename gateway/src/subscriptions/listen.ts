import type { IncomingMessage, ServerResponse } from 'node:http';
import { asFault, fault } from '@florin/faults';
import {
  classifyInboundRequest,
  INVALID_PARAMS,
  isSpecType,
  ProtocolError,
  type SubscriptionFilter,
} from '@modelcontextprotocol/server';
import type { Caller } from '../auth/caller.js';
import type { Message } from '../mcp/message.js';
import { MODERN } from '../mcp/plain-request.js';
import type { RequestContext } from '../mcp/request-context.js';
import { type Refusal, toProtocolError } from '../mcp/rpc-error.js';
import type { View } from '../mcp/views.js';
import { type ListKind, listKinds } from './change.js';
import { createEventStream } from './event-stream.js';
import type { Subscription, WantedLists } from './subscription.js';
import { isAway, type Subscriptions } from './subscriptions.js';

/** A `subscriptions/listen` that is rightly asked. */
export interface Listening {
  id: string | number;
  filter: SubscriptionFilter;
}

/** @returns undefined for anything else: the SDK knows what to answer to a header out of place */
export function asListening({ headers }: IncomingMessage, message: Message): Listening | Refusal | undefined {
  const { body, id, method, params } = message;
  if (method !== 'subscriptions/listen' || id === null) return undefined;
  const version = headers['mcp-protocol-version'];
  if (version !== MODERN || headers['mcp-method'] !== method) return undefined;
  const claim = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    protocolVersionHeader: version,
    mcpMethodHeader: method,
  });
  if (claim.kind !== 'modern' || claim.messageKind !== 'request') return undefined;
  const filter = params.notifications;
  if (isSpecType.SubscriptionFilter(filter)) return { id, filter };
  const text = 'params.notifications must say what to listen for, such as {"resourceSubscriptions": ["…"]}.';
  return { status: 400, code: INVALID_PARAMS, fault: fault('INVALID_ARGUMENT', text) };
}

export interface ListenOptions {
  subscriptions: Subscriptions;
  /** What the caller is shown now. */
  view: () => View;
  renew: () => Promise<Caller>;
  context: RequestContext;
}

/**
 * Serves `subscriptions/listen` (MCP 2026-07-28): first what the client will be told of, then each change, until the client
 * leaves or its access ends. A resource that the caller may not see refuses the whole; one whose service is away now is
 * left out of what is acknowledged.
 */
export async function serveListening(
  response: ServerResponse,
  { id, filter }: Listening,
  options: ListenOptions,
): Promise<void> {
  const { subscriptions, renew, context } = options;
  const stream = createEventStream(response, id, context.request_id);
  let subscription: Subscription | undefined;
  try {
    const access = { caller: context.caller, renew };
    subscription = subscriptions.open(access, wantedLists(kindsIn(filter), options.view), stream);
    stream.onDrained(() => subscription?.resume());
    stream.onGone(() => subscription?.end());
    const uris = await watchAll(subscription, [...new Set(filter.resourceSubscriptions ?? [])], context);
    stream.begin(honored(filter, uris));
    subscription.resume();
  } catch (error) {
    subscription?.end();
    stream.refuse(
      error instanceof ProtocolError ? error : toProtocolError(asFault(error), context.request_id),
    );
  }
}

function kindsIn(filter: SubscriptionFilter): ReadonlySet<ListKind> {
  return new Set(listKinds.filter((kind) => filter[`${kind}ListChanged`] === true));
}

/** @param view what the client is shown now */
export function wantedLists(kinds: ReadonlySet<ListKind>, view: () => View): WantedLists {
  return {
    kinds,
    fingerprint(list) {
      const { tools, resources, templates, prompts } = view();
      if (list === 'resources') return resources.fingerprint + templates.fingerprint;
      return list === 'tools' ? tools.fingerprint : prompts.fingerprint;
    },
  };
}

/** What will be told: what was asked for with `false` was not asked for. */
function honored(filter: SubscriptionFilter, uris: string[]): SubscriptionFilter {
  const lists = listKinds
    .map((kind) => `${kind}ListChanged` as const)
    .filter((field) => filter[field] === true);
  return {
    ...Object.fromEntries(lists.map((field) => [field, true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  };
}

/** Reads that are made at once for one client. */
const AT_ONCE = 8;

/** @returns those that are watched */
async function watchAll(
  subscription: Subscription,
  uris: readonly string[],
  { request_id }: RequestContext,
): Promise<string[]> {
  const away = new Set<string>();
  const left = [...uris];
  const worker = async (): Promise<void> => {
    for (let uri = left.pop(); uri !== undefined; uri = left.pop()) {
      try {
        await subscription.add(uri, request_id);
      } catch (error) {
        if (!isAway(error)) {
          left.length = 0; // The whole is refused: the others need not be read.
          throw toProtocolError(asFault(error), request_id, uri);
        }
        away.add(uri);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return uris.filter((uri) => !away.has(uri));
}
