import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestId } from '@florin/chassis';
import { asFault, httpStatus } from '@florin/faults';
import { INTERNAL_ERROR, INVALID_REQUEST } from '@modelcontextprotocol/server';
import { isSignedIn } from '../auth/caller.js';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';
import type { ReplicaBus } from '../nats/replica-bus.js';
import { type Admitted, type AnsweringOptions, createAnswering } from './answering.js';
import { CallsInFlight } from './calls-in-flight.js';
import { tooLarge } from './http-guard.js';
import { createTakeIn, type Incoming, type IncomingOptions } from './incoming.js';
import type { Connections } from './legacy-sse/connections.js';
import { createPostedMessages } from './legacy-sse/posted-messages.js';
import { checkParams, noMessage, parseMessage } from './message.js';
import { MODERN } from './plain-request.js';
import { readBody } from './read-body.js';
import { routeOf } from './routes.js';
import { sendRefusal } from './rpc-error.js';
import { ClientAnswers } from './sessions/client-answers.js';
import { createLegacyLeg } from './sessions/legacy-leg.js';
import type { Sessions } from './sessions/sessions.js';
import { createStandingStreams } from './standing-streams.js';
import { createStreamRequests } from './stream-requests.js';

interface EndpointOptions extends AnsweringOptions, Omit<IncomingOptions, 'services'> {
  sessions: Sessions;
  connections: Connections;
  bus: ReplicaBus;
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
  const { sessions, connections, bus, mesh, viewOf, renew, subscriptions, logger } = options;
  const takeIn = createTakeIn({ ...options, services: mesh.services });
  const streams = createStandingStreams({ subscriptions, bus });
  const answering = createAnswering(options, streams);
  const { sdk, serverFor } = answering;
  const calls = new CallsInFlight(bus);
  const legacy = createLegacyLeg({ sessions, answers: new ClientAnswers(bus), calls, serverFor });
  const posted = createPostedMessages({ sdk, streams, calls, logger });
  const streaming = createStreamRequests({ legacy, sessions, connections, streams, posted, renew });

  async function answer(incoming: Incoming): Promise<void> {
    const { request, route, sender, admit, refuse } = incoming;
    if (request.method !== 'POST') return answerBodiless(incoming);
    const bytes = await readBody(request, MAX_REQUEST_BYTES);
    if (bytes === undefined) return refuse(tooLarge());
    const message = parseMessage(bytes);
    if ('fault' in message) return refuse(message);
    const caller = await admit(message, sender);
    if ('fault' in caller) return refuse(caller, message.id);
    const wrongMessage = checkParams(message, request.headers['mcp-protocol-version'] === MODERN);
    if (wrongMessage !== undefined) return refuse(wrongMessage, message.id);
    const admitted = { ...incoming, message, caller };
    return route.kind === 'messages'
      ? takePosted(admitted, route.client_id)
      : answering.answer(admitted, legacy);
  }

  /** GET opens a stream, DELETE ends a session. */
  async function answerBodiless(incoming: Incoming): Promise<void> {
    const { request, response, route, selection, sender, admit, refuse } = incoming;
    const caller = await admit(noMessage, sender);
    if ('fault' in caller) return refuse(caller);
    // A stream whose client has left already would never hear that it did, and stay.
    if (response.destroyed) return;
    const view = () => viewOf(mesh.catalogue, caller, selection);
    const asked = { request, response, sender, caller, view };
    const { open, openSse, endSession } = streaming;
    const refused =
      route.kind === 'sse'
        ? openSse(asked, route.client_id)
        : request.method === 'GET'
          ? open(asked)
          : endSession(asked);
    if (refused !== undefined) refuse(refused);
  }

  /** HTTP+SSE: the answer goes to a stream, at whichever replica that is. */
  async function takePosted(admitted: Admitted, client_id: string): Promise<void> {
    const { request, response, message, selection, sender, admit, refuse } = admitted;
    // Public operations are called as nobody, but a stream has an owner.
    const owner = isSignedIn(admitted.caller) ? admitted.caller : await admit(noMessage, sender);
    if ('fault' in owner) return refuse(owner, message.id);
    const view = () => viewOf(mesh.catalogue, owner, selection);
    const context = (stream_key: string) => answering.contextOf(admitted, stream_key);
    const asked = { request, response, sender, caller: owner, view, message, context };
    const refused = await streaming.post(asked, client_id);
    if (refused !== undefined) refuse(refused, message.id);
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    request_id: string,
  ): Promise<void> {
    const incoming = takeIn(request, response, request_id);
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
