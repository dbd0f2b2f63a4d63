import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, requestId } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { INTERNAL_ERROR } from '@modelcontextprotocol/server';
import { isSignedIn } from '../auth/caller.js';
import type { Renew } from '../auth/renewal.js';
import type { ClientAddress } from '../http/client-address.js';
import type { Mesh } from '../mesh/mesh.js';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { asListening, serveListening } from '../subscriptions/listen.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import { type Admit, admitToPublic, type Sender } from './admission.js';
import type { Approvals } from './approvals/approvals.js';
import { findTool } from './call-tool.js';
import { CallsInFlight } from './calls-in-flight.js';
import type { Forward } from './forward.js';
import { type HttpGuard, sendPreflight, tooLarge } from './http-guard.js';
import { checkTarget, type Message, parseMessage } from './message.js';
import { readBody } from './read-body.js';
import { RequestContext } from './request-context.js';
import { type Refusal, type RequestId, sendRefusal } from './rpc-error.js';
import { createSdkPath, type ServerFor } from './sdk-path.js';
import { parseSelection } from './selection.js';
import { createServer } from './server.js';
import { ClientAnswers } from './sessions/client-answers.js';
import { createLegacyLeg } from './sessions/legacy-leg.js';
import type { Sessions } from './sessions/sessions.js';
import { asPlainCall, MODERN, servePlainCall } from './short-path.js';
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
  sessions: Sessions;
  bus: ReplicaBus;
  subscriptions: Subscriptions;
  renew: Renew;
  logger: Logger;
}

interface Admitted {
  message: Message;
  context: RequestContext;
  /** Fires when nobody waits for the answer any more. */
  stopped: AbortSignal;
  sender: Sender;
}

export interface McpEndpoint {
  /** Whether a request is for this endpoint. */
  serves(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** What comes before the SDK, in `node:http` alone: Express would cost each call more than the call itself. */
export function createMcpEndpoint(options: EndpointOptions): McpEndpoint {
  const { guard, clientAddress, sessions, bus, logger } = options;
  const serverFor = serverMaker(options);
  const sdk = createSdkPath({ serverFor, logger });
  const answers = new ClientAnswers(bus);
  const calls = new CallsInFlight(bus);
  const legacy = createLegacyLeg({ sessions, answers, calls, serverFor });
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
    const sender = { authorization, client_ip: clientAddress(request), request_id };
    const caller = await admit(message, sender);
    if ('fault' in caller) return refuse(caller, message.id);
    const wrongMessage = checkTarget(message);
    if (wrongMessage !== undefined) return refuse(wrongMessage, message.id);

    const traceparent = traceparentOf(request.headers, message);
    const context = new RequestContext(caller, request_id, traceparent, selection);
    // A client leaves by closing the connection; those of the 2025 revisions may say so by another request.
    const stop = new AbortController();
    response.once('close', () => stop.abort());
    const serve = () => answerOne(request, response, { message, context, stopped: stop.signal, sender });
    if (request.headers['mcp-protocol-version'] === MODERN) return serve();
    const session = legacy.sessionOf(request, caller);
    if (session !== undefined && 'fault' in session) return refuse(session, message.id);
    await legacy.serve({ request, response, message, context, session, stop }, serve);
  }

  /** One message that was admitted, as if there were no other. */
  async function answerOne(request: IncomingMessage, response: ServerResponse, one: Admitted): Promise<void> {
    const { message, context, stopped, sender } = one;
    const { version, mesh, forward, approvals, subscriptions, viewOf, renew } = options;
    const plain = asPlainCall(request, message);
    if (plain !== undefined && findTool(mesh.catalogue, plain.name, context) !== undefined) {
      const { catalogue } = mesh;
      const serving = { version, context, catalogue, forward, approvals };
      return servePlainCall(response, plain, serving, stopped);
    }
    const listening = asListening(request, message);
    if (listening === undefined) return sdk.serve(request, response, message, context, stopped);
    if ('fault' in listening) return sendRefusal(response, listening, message.id, context.request_id);
    const view = () => viewOf(mesh.catalogue, context.caller, context.selection);
    await serveListening(response, listening, { subscriptions, view, renew: renew(sender), context });
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
    close: () => sdk.close(),
  };
}

/** Makes the MCP server of one request. */
function serverMaker(options: EndpointOptions): ServerFor {
  const { version, mesh, forward, approvals, viewOf } = options;
  return (context, era) => {
    const { catalogue } = mesh;
    const view = viewOf(catalogue, context.caller, context.selection);
    const notifies = era === 'modern' && isSignedIn(context.caller);
    return createServer(version, notifies, { context, catalogue, view, forward, approvals });
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}
