import type { IncomingMessage, ServerResponse } from 'node:http';
import { fault } from '@florin/faults';
import { INVALID_REQUEST, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { type Caller, isSignedIn } from '../../auth/caller.js';
import type { CallOrigin, CallsInFlight } from '../calls-in-flight.js';
import { isCancellation, type Message } from '../message.js';
import type { RequestContext } from '../request-context.js';
import type { Refusal } from '../rpc-error.js';
import type { ServerFor } from '../sdk-path.js';
import type { ClientAnswers } from './client-answers.js';
import { serveSessionCall } from './session-call.js';
import type { Session, Sessions } from './sessions.js';

/** One request of a client of the 2025 revisions, after admission. */
export interface LegacyExchange {
  request: IncomingMessage;
  response: ServerResponse;
  message: Message;
  context: RequestContext;
  session: Session | undefined;
  /** Aborted when nobody waits for the answer any more. */
  stop: AbortController;
}

/** What the 2025 revisions have besides a request and its answer: sessions, and messages about other messages. */
export interface LegacyLeg {
  /** @returns the session that the request names; undefined where it names none */
  sessionOf(request: IncomingMessage, caller: Caller): Session | Refusal | undefined;
  /** @param serveAlone serves what needs no session */
  serve(exchange: LegacyExchange, serveAlone: () => Promise<void>): Promise<void>;
}

export function createLegacyLeg(options: {
  sessions: Sessions;
  answers: ClientAnswers;
  calls: CallsInFlight;
  serverFor: ServerFor;
}): LegacyLeg {
  const { sessions, answers, calls, serverFor } = options;

  async function serveRequest(exchange: LegacyExchange, serveAlone: () => Promise<void>): Promise<void> {
    const { request, response, message, context, session, stop } = exchange;
    if (message.method === 'initialize') {
      const id = sessions.issue(message.params, context.caller);
      if (id !== undefined) response.setHeader('mcp-session-id', id);
    }
    const call = calls.begin(message.id, originOf(exchange), stop);
    try {
      if (session === undefined || !mayAsk(request, message)) return await serveAlone();
      const server = serverFor(context, 'legacy');
      await serveSessionCall(response, { message, session, stopped: stop.signal }, { server, answers });
    } finally {
      call.end();
    }
  }

  return {
    sessionOf({ headers }, caller) {
      const id = headers['mcp-session-id'];
      // Public operations are called as nobody, whose session none is.
      if (id === undefined || !isSignedIn(caller)) return undefined;
      return (typeof id === 'string' ? sessions.open(id, caller) : undefined) ?? noSession();
    },
    async serve(exchange, serveAlone) {
      const { request, response, message, session } = exchange;
      // The SDK knows what to answer to a revision that there is none of.
      if (!namesRevisionOf2025(request)) return serveAlone();
      if (isAnswer(message)) {
        if (session !== undefined) answers.receive(session, message.body);
        return accept(response);
      }
      if (isCancellation(message)) {
        calls.cancel(message.params, originOf(exchange));
        return accept(response);
      }
      return message.id === null ? serveAlone() : serveRequest(exchange, serveAlone);
    },
  };
}

function originOf({ request, session }: LegacyExchange): CallOrigin {
  return { authorization: request.headers.authorization, session: session?.key ?? '' };
}

/** A tool call, and all in order: what is not is left to the SDK, which knows what to answer. */
function mayAsk({ headers }: IncomingMessage, { method, body }: Message): boolean {
  const { accept = '' } = headers;
  return (
    method === 'tools/call' &&
    'jsonrpc' in body &&
    body.jsonrpc === '2.0' &&
    accept.includes('application/json') &&
    accept.includes('text/event-stream')
  );
}

/** The header came with 2025-06-18: who does not send it is taken for older. */
export function namesRevisionOf2025({ headers }: IncomingMessage): boolean {
  const version = headers['mcp-protocol-version'];
  return version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(String(version));
}

/** A response to what a client was asked. */
export function isAnswer({ method, id, body }: Message): boolean {
  return method === '' && id !== null && ('result' in body || 'error' in body);
}

/** "If the input is a JSON-RPC response or notification: if the server accepts it, 202 Accepted with no body". */
function accept(response: ServerResponse): void {
  response.writeHead(202).end();
}

/** "The server MUST respond to requests containing that session ID with HTTP 404": clients then initialize again. */
export function noSession(): Refusal {
  const text = 'There is no such session, or it has ended. Initialize again, without Mcp-Session-Id.';
  return { status: 404, code: INVALID_REQUEST, fault: fault('NOT_FOUND', text) };
}
