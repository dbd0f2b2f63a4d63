import type { IncomingMessage, ServerResponse } from 'node:http';
import { asFault, fault, httpStatus } from '@florin/faults';
import { INVALID_REQUEST } from '@modelcontextprotocol/server';
import type { Caller } from '../auth/caller.js';
import type { Renew } from '../auth/renewal.js';
import { listKinds } from '../subscriptions/change.js';
import { wantedLists } from '../subscriptions/listen.js';
import type { Sender } from './admission.js';
import type { Connections } from './legacy-sse/connections.js';
import type { PostedMessages } from './legacy-sse/posted-messages.js';
import type { Message } from './message.js';
import { MODERN } from './plain-request.js';
import type { RequestContext } from './request-context.js';
import type { Refusal } from './rpc-error.js';
import { type LegacyLeg, namesRevisionOf2025 } from './sessions/legacy-leg.js';
import { callerKey, type Sessions } from './sessions/sessions.js';
import type { StandingStreams, StreamOwner } from './standing-streams.js';
import type { View } from './views.js';

/** A request that was admitted, to open a stream, to end a session, or with a message that is answered on a stream. */
export interface StreamRequest {
  request: IncomingMessage;
  response: ServerResponse;
  sender: Sender;
  caller: Caller;
  /** What the caller is shown now. */
  view: () => View;
}

/** The streams that clients keep open, and what belongs to them. Each gives what is wrong with the request, if anything is. */
export interface StreamRequests {
  /** GET of `/mcp`: the standing stream of the 2025 revisions. */
  open(asked: StreamRequest): Refusal | undefined;
  /** DELETE of `/mcp`. */
  endSession(asked: StreamRequest): Refusal | undefined;
  /** GET of `/mcp/sse/{client_id}`. */
  openSse(asked: StreamRequest, client_id: string): Refusal | undefined;
  /** POST to `/mcp/messages/{client_id}`. */
  post(asked: Posting, client_id: string): Promise<Refusal | undefined>;
}

interface Posting extends StreamRequest {
  message: Message;
  /** @param stream_key of the stream on which the message is answered */
  context: (stream_key: string) => RequestContext;
}

export function createStreamRequests(options: {
  legacy: LegacyLeg;
  sessions: Sessions;
  connections: Connections;
  streams: StandingStreams;
  posted: PostedMessages;
  renew: Renew;
}): StreamRequests {
  const { legacy, sessions, connections, streams, posted, renew } = options;

  function openStream(
    { request, response, sender, caller, view }: StreamRequest,
    keys: readonly string[],
    endpoint?: string,
  ): Refusal | undefined {
    if (!request.headers.accept?.includes('text/event-stream')) return notAcceptable();
    const lists = wantedLists(new Set(listKinds), view);
    const owner: StreamOwner = { keys, access: { caller, renew: renew(sender) }, lists };
    return refusing(() =>
      streams.open(response, owner, (stream) => {
        if (endpoint !== undefined) stream.send(endpoint, 'endpoint');
      }),
    );
  }

  return {
    open(asked) {
      const { request, caller } = asked;
      const wrong = checkRevision(request);
      if (wrong !== undefined) return wrong;
      const session = legacy.sessionOf(request, caller);
      if (session !== undefined && 'fault' in session) return session;
      return openStream(asked, [streamKey(session, caller)]);
    },
    endSession({ request, response, caller }) {
      const wrong = checkRevision(request);
      if (wrong !== undefined) return wrong;
      const session = legacy.sessionOf(request, caller);
      if (session === undefined) return noSessionNamed();
      if ('fault' in session) return session;
      sessions.end(session);
      streams.end(session.key);
      response.writeHead(204).end();
      return undefined;
    },
    openSse(asked, client_id) {
      const { keys, endpoint } = connections.open(client_id, searchOf(asked.request), asked.caller);
      return openStream(asked, keys, endpoint);
    },
    async post({ request, response, sender, caller, message, context }, client_id) {
      const key = connections.keyOf(client_id, new URLSearchParams(searchOf(request)), caller);
      if (key === undefined || !(await streams.isOpen(key))) return noStream();
      const { authorization } = sender;
      const refused = refusing(() => posted.take({ message, context: context(key), authorization, key }));
      if (refused !== undefined) return refused;
      response.writeHead(202).end('Accepted');
      return undefined;
    },
  };
}

/** Clients without a session are told of changes as well: whatever opens a stream as the same client of the same person. */
export function streamKey(session: { key: string } | undefined, caller: Caller): string {
  return session?.key ?? `caller.${callerKey(caller)}`;
}

function refusing(open: () => void): Refusal | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    const failure = asFault(error);
    return { status: httpStatus(failure), code: INVALID_REQUEST, fault: failure };
  }
}

function searchOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 2)[1] ?? '';
}

function notAcceptable(): Refusal {
  const text = 'This is a stream of events: send Accept: text/event-stream.';
  return { status: 406, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
}

/**
 * "If the server receives a request with an invalid or unsupported MCP-Protocol-Version, it MUST respond with 400 Bad
 * Request" (MCP 2025-11-25, transports); and since 2026-07-28 "HTTP GET or DELETE to the MCP endpoint: respond with 405".
 */
function checkRevision(request: IncomingMessage): Refusal | undefined {
  if (namesRevisionOf2025(request)) return undefined;
  if (request.headers['mcp-protocol-version'] !== MODERN) {
    const text = `MCP-Protocol-Version names no revision that is served by ${request.method}.`;
    return { status: 400, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
  }
  const text =
    'Since 2026-07-28 there are no sessions, and changes are told by subscriptions/listen, sent by POST.';
  const refusal = { status: 405, code: INVALID_REQUEST, fault: fault('METHOD_NOT_ALLOWED', text) };
  return { ...refusal, headers: { allow: 'POST, OPTIONS' } };
}

function noSessionNamed(): Refusal {
  const text = 'Name the session to end in Mcp-Session-Id.';
  return { status: 400, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
}

function noStream(): Refusal {
  const text = 'There is no open stream for these messages. Open it first, by GET of /mcp/sse/{client_id}.';
  return { status: 404, code: INVALID_REQUEST, fault: fault('NOT_FOUND', text) };
}
