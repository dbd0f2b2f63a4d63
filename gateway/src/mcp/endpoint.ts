import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, requestId } from '@florin/chassis';
import { asFault, fault } from '@florin/faults';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, INTERNAL_ERROR, METHOD_NOT_FOUND } from '@modelcontextprotocol/server';
import type { ClientAddress } from '../http/client-address.js';
import type { Mesh } from '../mesh/mesh.js';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';
import { type Admit, admitToPublic } from './admission.js';
import type { Approvals } from './approvals/approvals.js';
import { findTool } from './call-tool.js';
import type { Forward } from './forward.js';
import { type HttpGuard, sendPreflight, tooLarge } from './http-guard.js';
import { checkTarget, type Message, parseMessage } from './message.js';
import { readBody } from './read-body.js';
import { RequestContext } from './request-context.js';
import { type Refusal, type RequestId, sendRefusal } from './rpc-error.js';
import { parseSelection } from './selection.js';
import { createServer } from './server.js';
import { asPlainCall, servePlainCall } from './short-path.js';
import { traceparentOf } from './traceparent.js';
import type { ViewOf } from './views.js';

interface EndpointOptions {
  version: string;
  mesh: Mesh;
  forward: Forward;
  approvals: Approvals;
  admit: Admit;
  guard: HttpGuard;
  clientAddress: ClientAddress;
  viewOf: ViewOf;
  logger: Logger;
}

export interface McpEndpoint {
  /** Whether a request is for this endpoint. */
  serves(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** What comes before the SDK, in `node:http` alone: Express would cost each call more than the call itself. */
export function createMcpEndpoint(options: EndpointOptions): McpEndpoint {
  const { guard, clientAddress, logger } = options;
  const { serve, close } = createSdkPath(options);
  const admissions = new Map<string, Admit>([
    ['/mcp', options.admit],
    ['/mcp/public', admitToPublic],
  ]);

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    request_id: string,
  ): Promise<void> {
    const refuse = (refusal: Refusal, id: RequestId = null) => sendRefusal(response, refusal, id, request_id);
    response.setHeader('x-request-id', request_id);
    guard.setHeaders(request, response);
    const wrongHead = guard.check(request);
    if (wrongHead !== undefined) return refuse(wrongHead);
    if (request.method === 'OPTIONS') return sendPreflight(response);

    const selection = parseSelection(request.url ?? '', options.mesh.services);
    if ('fault' in selection) return refuse(selection);

    const bytes = await readBody(request, MAX_REQUEST_BYTES);
    if (bytes === undefined) return refuse(tooLarge());
    const message = parseMessage(bytes);
    if ('fault' in message) return refuse(message);
    const admit = admissions.get(pathOf(request)) ?? options.admit;
    const { authorization } = request.headers;
    const caller = await admit(message, { authorization, client_ip: clientAddress(request), request_id });
    if ('fault' in caller) return refuse(caller, message.id);
    const wrongMessage = checkTarget(message) ?? checkServed(message);
    if (wrongMessage !== undefined) return refuse(wrongMessage, message.id);

    const traceparent = traceparentOf(request.headers, message);
    const context = new RequestContext(caller, request_id, traceparent, selection);
    const { catalogue } = options.mesh;
    const plain = asPlainCall(request, message);
    if (plain !== undefined && findTool(catalogue, plain.name, context) !== undefined) {
      const { version, forward, approvals } = options;
      return servePlainCall(response, plain, { version, context, catalogue, forward, approvals });
    }
    await serve(request, response, message, context);
  }

  return {
    serves: (request) => admissions.has(pathOf(request)),
    handle(request, response) {
      const request_id = requestId(request);
      answer(request, response, request_id).catch((error: unknown) => {
        if (request.destroyed && !request.complete) return; // The client went away while it was sending.
        logger.error({ err: error, request_id }, 'request failed');
        if (response.headersSent) return void response.destroy();
        const refusal = { status: 500, code: INTERNAL_ERROR, fault: asFault(error) };
        sendRefusal(response, refusal, null, request_id);
      });
    },
    close,
  };
}

/** Everything that the SDK answers: all revisions, each request by a server of its own. */
function createSdkPath({ version, mesh, forward, approvals, viewOf, logger }: EndpointOptions) {
  const onerror = (error: Error) => logger.debug({ err: error }, 'the SDK refused something');
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const context = RequestContext.of(authInfo);
      const { catalogue } = mesh;
      const view = viewOf(catalogue, context.caller, context.selection);
      return createServer(version, { context, catalogue, view, forward, approvals });
    },
    { onerror },
  );
  const serveNode = toNodeHandler(handler, { onerror });
  return {
    async serve(
      request: IncomingMessage,
      response: ServerResponse,
      { body }: Message,
      context: RequestContext,
    ): Promise<void> {
      // A request that a server received has both; the type is shared with responses that a client receives.
      const received = request as IncomingMessage & { method: string; url: string };
      await serveNode(Object.assign(received, { auth: context.toAuthInfo() }), response, body);
    },
    close: () => handler.close(),
  };
}

/** Nothing can be subscribed to yet; the SDK would open a stream on which nothing ever comes. */
function checkServed({ method }: Message): Refusal | undefined {
  if (method !== 'subscriptions/listen') return undefined;
  const text = 'There are no subscriptions here: list and read again instead.';
  return { status: 404, code: METHOD_NOT_FOUND, fault: fault('UNIMPLEMENTED', text) };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}
