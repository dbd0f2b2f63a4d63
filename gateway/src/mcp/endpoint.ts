import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, requestId } from '@florin/chassis';
import { asFault, httpStatus } from '@florin/faults';
import { INTERNAL_ERROR, INVALID_REQUEST } from '@modelcontextprotocol/server';
import { type Caller, isSignedIn } from '../auth/caller.js';
import type { Renew } from '../auth/renewal.js';
import type { ClientAddress } from '../http/client-address.js';
import type { Mesh } from '../mesh/mesh.js';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { asListening, serveListening } from '../subscriptions/listen.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Admit, Sender } from './admission.js';
import type { Approvals } from './approvals/approvals.js';
import { findTool } from './call-tool.js';
import { CallsInFlight } from './calls-in-flight.js';
import type { Fixtures } from './fixtures.js';
import type { Forward } from './forward.js';
import { type HttpGuard, sendPreflight, tooLarge } from './http-guard.js';
import type { Connections } from './legacy-sse/connections.js';
import { createPostedMessages } from './legacy-sse/posted-messages.js';
import { checkParams, type Message, noMessage, parseMessage } from './message.js';
import { checkParamHeaders } from './param-headers.js';
import { asPlainList, servePlainList } from './plain-list.js';
import { MODERN } from './plain-request.js';
import { readBody } from './read-body.js';
import { RequestContext } from './request-context.js';
import { type McpRoute, methodsOf, routeOf } from './routes.js';
import { type Refusal, type RequestId, sendRefusal } from './rpc-error.js';
import { createSdkPath, type ServerFor } from './sdk-path.js';
import { parseSelection, type Selection } from './selection.js';
import { createServer } from './server.js';
import { ClientAnswers } from './sessions/client-answers.js';
import { createLegacyLeg } from './sessions/legacy-leg.js';
import type { Sessions } from './sessions/sessions.js';
import { asPlainCall, servePlainCall } from './short-path.js';
import { createStandingStreams, type StandingStreams } from './standing-streams.js';
import { createStreamRequests, streamKey } from './stream-requests.js';
import { traceparentOf } from './traceparent.js';
import type { ViewOf } from './views.js';

interface EndpointOptions {
  version: string;
  mesh: Mesh;
  forward: Forward;
  approvals: Approvals;
  admit: Admit;
  /** Of the path where nobody signs in. */
  admitPublic: Admit;
  guard: HttpGuard;
  clientAddress: ClientAddress;
  viewOf: ViewOf;
  sessions: Sessions;
  connections: Connections;
  bus: ReplicaBus;
  subscriptions: Subscriptions;
  renew: Renew;
  /** Of the protocol's own checks. */
  fixtures?: Fixtures | undefined;
  logger: Logger;
}

/** A request whose head is in order. */
interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  route: McpRoute;
  selection: Selection;
  sender: Sender;
  admit: Admit;
  refuse(refusal: Refusal, id?: RequestId): void;
}

interface Admitted extends Incoming {
  message: Message;
  caller: Caller;
}

export interface McpEndpoint {
  /** Whether a request is for this endpoint. */
  serves(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends the streams that clients keep open, and opens none any more. */
  endStreams(): void;
  /** Resolves when everything that was taken is answered, or the time is over. */
  close(timeout_ms: number): Promise<void>;
}

/** What comes before the SDK, in `node:http` alone: Express would cost each call more than the call itself. */
export function createMcpEndpoint(options: EndpointOptions): McpEndpoint {
  const { guard, clientAddress, sessions, bus, mesh, viewOf, renew, subscriptions, logger } = options;
  const streams = createStandingStreams({ subscriptions, bus });
  const serverFor = serverMaker(options, streams);
  const sdk = createSdkPath({ serverFor, logger });
  const calls = new CallsInFlight(bus);
  const legacy = createLegacyLeg({ sessions, answers: new ClientAnswers(bus), calls, serverFor });
  const posted = createPostedMessages({ sdk, streams, calls, logger });
  const { connections } = options;
  const streaming = createStreamRequests({ legacy, sessions, connections, streams, posted, renew });

  async function answer(incoming: Incoming): Promise<void> {
    const { request, response, route, selection, sender, admit, refuse } = incoming;
    if (request.method !== 'POST') {
      const caller = await admit(noMessage, sender);
      if ('fault' in caller) return refuse(caller);
      const asked = {
        request,
        response,
        sender,
        caller,
        view: () => viewOf(mesh.catalogue, caller, selection),
      };
      const { open, openSse, endSession } = streaming;
      const refused =
        route.kind === 'sse'
          ? openSse(asked, route.client_id)
          : request.method === 'GET'
            ? open(asked)
            : endSession(asked);
      if (refused !== undefined) refuse(refused);
      return;
    }
    const bytes = await readBody(request, MAX_REQUEST_BYTES);
    if (bytes === undefined) return refuse(tooLarge());
    const message = parseMessage(bytes);
    if ('fault' in message) return refuse(message);
    const caller = await admit(message, sender);
    if ('fault' in caller) return refuse(caller, message.id);
    const wrongMessage = checkParams(message, request.headers['mcp-protocol-version'] === MODERN);
    if (wrongMessage !== undefined) return refuse(wrongMessage, message.id);
    const admitted = { ...incoming, message, caller };
    return route.kind === 'messages' ? takePosted(admitted, route.client_id) : answerHere(admitted);
  }

  /** HTTP+SSE: the answer goes to a stream, at whichever replica that is. */
  async function takePosted(admitted: Admitted, client_id: string): Promise<void> {
    const { request, response, message, selection, sender, admit, refuse } = admitted;
    // Public operations are called as nobody, but a stream has an owner.
    const owner = isSignedIn(admitted.caller) ? admitted.caller : await admit(noMessage, sender);
    if ('fault' in owner) return refuse(owner, message.id);
    const view = () => viewOf(mesh.catalogue, owner, selection);
    const context = (stream_key: string) => contextOf(admitted, stream_key);
    const asked = { request, response, sender, caller: owner, view, message, context };
    const refused = await streaming.post(asked, client_id);
    if (refused !== undefined) refuse(refused, message.id);
  }

  async function answerHere(admitted: Admitted): Promise<void> {
    const { request, response, message, caller, refuse } = admitted;
    // A client leaves by closing the connection; those of the 2025 revisions may say so by another request.
    const stop = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) stop.abort();
    });
    if (request.headers['mcp-protocol-version'] === MODERN) {
      const context = contextOf(admitted);
      const tool = message.method === 'tools/call' && findTool(mesh.catalogue, message.target, context)?.tool;
      const wrongHeader = tool && checkParamHeaders(tool, message.params.arguments, request.headers);
      if (wrongHeader) return refuse(wrongHeader, message.id);
      return answerOne(admitted, context, stop.signal);
    }
    const session = legacy.sessionOf(request, caller);
    if (session !== undefined && 'fault' in session) return refuse(session, message.id);
    const context = contextOf(admitted, streamKey(session, caller));
    await legacy.serve({ request, response, message, context, session, stop }, () =>
      answerOne(admitted, context, stop.signal),
    );
  }

  function contextOf(
    { request, message, caller, selection, sender }: Admitted,
    stream_key = '',
  ): RequestContext {
    const traceparent = traceparentOf(request.headers, message);
    const { request_id } = sender;
    return new RequestContext(caller, request_id, traceparent, selection, stream_key, renew(sender, caller));
  }

  /** One message, as if there were no other. @param stopped fires when nobody waits for the answer any more */
  async function answerOne(
    { request, response, message, caller, selection, sender, refuse }: Admitted,
    context: RequestContext,
    stopped: AbortSignal,
  ): Promise<void> {
    const { version, forward, approvals, fixtures } = options;
    const { catalogue } = mesh;
    const plain = fixtures?.tools.has(message.target) ? undefined : asPlainCall(request, message);
    if (plain !== undefined && findTool(catalogue, plain.name, context) !== undefined) {
      const serving = { version, context, catalogue, forward, approvals };
      return servePlainCall(response, plain, serving, stopped);
    }
    const list = asPlainList(request, message);
    const shown = () => viewOf(mesh.catalogue, caller, selection);
    if (list !== undefined && servePlainList(response, list, shown(), version)) return;
    const listening = asListening(request, message);
    if (listening === undefined) return sdk.serve(request, response, message, context, stopped);
    if ('fault' in listening) return refuse(listening, message.id);
    await serveListening(response, listening, { subscriptions, view: shown, renew: renew(sender), context });
  }

  /** @returns undefined where the head was not in order, and is answered */
  function incomingOf(
    request: IncomingMessage,
    response: ServerResponse,
    request_id: string,
  ): Incoming | undefined {
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
    const selection = wrongHead ?? parseSelection(request.url ?? '', mesh.services);
    if ('fault' in selection) return void refuse(selection);
    const { authorization } = request.headers;
    const sender: Sender = {
      authorization,
      client_ip: clientAddress(request),
      request_id,
      tell: (headers) => response.setHeaders(new Map(Object.entries(headers))),
    };
    const admit = route.kind === 'public' ? options.admitPublic : options.admit;
    return { request, response, route, selection, sender, admit, refuse };
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    request_id: string,
  ): Promise<void> {
    const incoming = incomingOf(request, response, request_id);
    if (incoming !== undefined) await answer(incoming);
  }

  return {
    serves: (request) => routeOf(request.url) !== undefined,
    handle(request, response) {
      const request_id = requestId(request);
      serve(request, response, request_id).catch((error: unknown) => {
        if (request.destroyed && !request.complete) return; // The client went away while it was sending.
        const failure = asFault(error);
        if (failure.code === 'INTERNAL') logger.error({ err: error, request_id }, 'request failed');
        if (response.headersSent) return void response.destroy();
        const status = httpStatus(failure);
        const code = status < 500 ? INVALID_REQUEST : INTERNAL_ERROR;
        sendRefusal(response, { status, code, fault: failure }, null, request_id);
      });
    },
    endStreams: () => streams.close(),
    async close(timeout_ms) {
      await posted.idle(timeout_ms);
      await sdk.close();
    },
  };
}

/** Makes the MCP server of one request. */
function serverMaker(options: EndpointOptions, watching: StandingStreams): ServerFor {
  const { version, mesh, forward, approvals, fixtures, viewOf } = options;
  return (context, era) => {
    const { catalogue } = mesh;
    const view = viewOf(catalogue, context.caller, context.selection);
    const notifies = isSignedIn(context.caller);
    const isLegacy = era === 'legacy';
    const server = createServer(version, notifies, {
      context,
      catalogue,
      view,
      forward,
      approvals,
      fixtures,
      ...(notifies && isLegacy && { watching }),
    });
    // Clients of the 2025 revisions may say what they want to be told of; since then it is deprecated.
    if (isLegacy) server.registerCapabilities({ logging: {} });
    return server;
  };
}
