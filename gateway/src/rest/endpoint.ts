import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, requestId } from '@florin/chassis';
import { asFault, fault } from '@florin/faults';
import type { Challenges } from '../auth/challenge.js';
import type { Renew } from '../auth/renewal.js';
import type { ClientAddress } from '../http/client-address.js';
import type { Admit } from '../mcp/admission.js';
import type { Forward } from '../mcp/forward.js';
import type { HttpGuard } from '../mcp/http-guard.js';
import type { Message } from '../mcp/message.js';
import { RequestContext } from '../mcp/request-context.js';
import { traceparentOf } from '../mcp/traceparent.js';
import type { Mesh } from '../mesh/mesh.js';
import { callTool } from './call-tool.js';
import { type JsonObject, readJsonObject } from './json-body.js';
import { type Problems, problemsOf } from './problem.js';
import { readResource } from './read-resource.js';
import { type Route, routeOf, uriOf } from './route.js';

interface RestOptions {
  mesh: Mesh;
  forward: Forward;
  admit: Admit;
  guard: HttpGuard;
  challenges: Challenges;
  clientAddress: ClientAddress;
  renew: Renew;
  logger: Logger;
}

/** What one request is answered with: written as it is. */
export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** One request that was admitted. */
export interface RestCall {
  context: RequestContext;
  signal: AbortSignal;
}

/**
 * `POST /v1/tools/{name}` and `GET /v1/resources?uri=…`: the same door as `/mcp`, for those who speak HTTP and JSON alone.
 *
 * @returns a listener for requests whose url was cut of its `/v1`
 */
export function createRestEndpoint(options: RestOptions) {
  const { guard, challenges, logger } = options;

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    request_id: string,
    problems: Problems,
  ): Promise<void> {
    const wrongSource = guard.checkSource(request);
    if (wrongSource !== undefined) return problems.refuse(wrongSource);
    const route = routeOf(request.url ?? '');
    if (route === undefined) {
      const missing = fault('NOT_FOUND', 'Here are /v1/tools/{name} and /v1/resources: see /openapi.json.');
      return problems.fail(missing);
    }
    const allowed = [...route.methods, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') return sendOptions(response, allowed);
    if (!route.methods.includes(request.method ?? '')) return problems.wrongMethod(allowed);
    checkHeaders(request);

    const message = await messageOf(route, request);
    const { authorization } = request.headers;
    const sender = { authorization, client_ip: options.clientAddress(request), request_id };
    const caller = await options.admit(message, {
      ...sender,
      tell: (headers) => response.setHeaders(new Map(Object.entries(headers))),
    });
    if ('fault' in caller) return problems.refuse(caller);
    // Whoever left while they were admitted waits for no answer: a call that was not begun need not be.
    if (response.destroyed) return;

    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const traceparent = traceparentOf(request.headers, message);
    const renew = options.renew(sender, caller);
    const context = new RequestContext(caller, request_id, traceparent, undefined, undefined, renew);
    const call: RestCall = { context, signal: gone.signal };
    const { status, headers, body } =
      route.kind === 'tool'
        ? await callTool(route.name, message.params.arguments as JsonObject, keyOf(request), call, options)
        : await readResource(message.target, call, options);
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const request_id = requestId(request);
    response.setHeader('x-request-id', request_id);
    guard.setHeaders(request, response);
    const problems = problemsOf(response, request_id, challenges);
    answer(request, response, request_id, problems).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return; // The client went away while it was sending.
      const failure = asFault(error);
      if (failure.code === 'INTERNAL') logger.error({ err: failure, request_id }, 'request failed');
      if (response.headersSent) return void response.destroy();
      problems.fail(failure);
    });
  };
}

/** The request in the words of MCP: admission is the same, however one comes. */
async function messageOf(route: Route, request: IncomingMessage): Promise<Message> {
  if (route.kind === 'tool') {
    const params = { name: route.name, arguments: await readJsonObject(request) };
    return { body: {}, id: null, method: 'tools/call', target: route.name, params };
  }
  const uri = uriOf(route.query);
  return { body: {}, id: null, method: 'resources/read', target: uri, params: { uri } };
}

const single = ['authorization', 'content-type', 'idempotency-key', 'host'];

/**
 * Node keeps the first of some headers and joins others. A proxy in front may have gone by the other one.
 *
 * @throws Fault INVALID_ARGUMENT
 */
function checkHeaders({ headersDistinct }: IncomingMessage): void {
  const twice = single.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (twice !== undefined) throw fault('INVALID_ARGUMENT', `Send the header ${twice} once.`);
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key'];
  return Array.isArray(key) ? key[0] : key;
}

function sendOptions(response: ServerResponse, allowed: string): void {
  response.writeHead(204, {
    allow: allowed,
    'access-control-allow-methods': allowed,
    // The wildcard leaves out Authorization alone (Fetch standard, CORS-non-wildcard request-header name).
    'access-control-allow-headers': 'Authorization, *',
    'access-control-max-age': '600',
  });
  response.end();
}
