import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientAddress } from '../http/client-address.js';
import type { Admit, Sender } from './admission.js';
import { type HttpGuard, sendPreflight } from './http-guard.js';
import { type McpRoute, methodsOf, routeOf } from './routes.js';
import { type Refusal, type RequestId, sendRefusal } from './rpc-error.js';
import { parseSelection, type Selection } from './selection.js';

/** A request whose head is in order. */
export interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  route: McpRoute;
  selection: Selection;
  sender: Sender;
  admit: Admit;
  refuse(refusal: Refusal, id?: RequestId): void;
}

/** @returns undefined where the head was not in order, or asked for nothing more, and is answered */
export type TakeIn = (
  request: IncomingMessage,
  response: ServerResponse,
  request_id: string,
) => Incoming | undefined;

export interface IncomingOptions {
  guard: HttpGuard;
  clientAddress: ClientAddress;
  /** The names that can be selected. */
  services: readonly string[];
  admit: Admit;
  /** Of the path where nobody signs in. */
  admitPublic: Admit;
}

export function createTakeIn(options: IncomingOptions): TakeIn {
  const { guard, clientAddress, services } = options;
  return (request, response, request_id) => {
    const route = routeOf(request.url) ?? { kind: 'mcp' };
    const refuse: Incoming['refuse'] = ({ fails_as_tool = false, ...refusal }, id = null) => {
      // Where results go to a stream, nobody reads one here.
      const asTool = fails_as_tool && route.kind !== 'messages';
      sendRefusal(response, { ...refusal, fails_as_tool: asTool }, id, request_id);
    };
    const methods = methodsOf(route);
    response.setHeader('x-request-id', request_id);
    guard.setHeaders(request, response);
    const wrongHead = guard.check(request, methods);
    if (wrongHead === undefined && request.method === 'OPTIONS') return void sendPreflight(response, methods);
    const selection = wrongHead ?? parseSelection(request.url ?? '', services);
    if ('fault' in selection) return void refuse(selection);
    const sender: Sender = {
      authorization: request.headers.authorization,
      client_ip: clientAddress(request),
      request_id,
      tell: (headers) => response.setHeaders(new Map(Object.entries(headers))),
    };
    const admit = route.kind === 'public' ? options.admitPublic : options.admit;
    return { request, response, route, selection, sender, admit, refuse };
  };
}
