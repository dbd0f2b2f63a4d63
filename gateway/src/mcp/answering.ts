import type { Logger } from '@florin/chassis';
import { fault } from '@florin/faults';
import { INVALID_REQUEST } from '@modelcontextprotocol/server';
import { type Caller, isSignedIn } from '../auth/caller.js';
import type { Renew } from '../auth/renewal.js';
import type { Mesh } from '../mesh/mesh.js';
import { asListening, serveListening } from '../subscriptions/listen.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Approvals } from './approvals/approvals.js';
import { findTool } from './call-tool.js';
import type { Fixtures } from './fixtures.js';
import type { Forward } from './forward.js';
import type { Incoming } from './incoming.js';
import type { Message } from './message.js';
import { checkParamHeaders } from './param-headers.js';
import { asPlainList, servePlainList } from './plain-list.js';
import { MODERN } from './plain-request.js';
import { RequestContext } from './request-context.js';
import type { Refusal } from './rpc-error.js';
import { createSdkPath, type SdkPath, type ServerFor } from './sdk-path.js';
import { createServer } from './server.js';
import { isAnswer, type LegacyLeg } from './sessions/legacy-leg.js';
import { asPlainCall, servePlainCall } from './short-path.js';
import type { StandingStreams } from './standing-streams.js';
import { streamKey } from './stream-requests.js';
import { traceparentOf } from './traceparent.js';
import type { ViewOf } from './views.js';

/** A message, and who sent it. */
export interface Admitted extends Incoming {
  message: Message;
  caller: Caller;
}

export interface AnsweringOptions {
  version: string;
  mesh: Mesh;
  forward: Forward;
  approvals: Approvals;
  viewOf: ViewOf;
  subscriptions: Subscriptions;
  renew: Renew;
  /** Of the protocol's own checks. */
  fixtures?: Fixtures | undefined;
  logger: Logger;
}

/** Answers messages on the response to the request that brought them. */
export interface Answering {
  sdk: SdkPath;
  serverFor: ServerFor;
  /** @param stream_key of the stream by which the client is told of changes, where it has one */
  contextOf(admitted: Admitted, stream_key?: string): RequestContext;
  answer(admitted: Admitted, legacy: LegacyLeg): Promise<void>;
}

export function createAnswering(options: AnsweringOptions, streams: StandingStreams): Answering {
  const { version, mesh, forward, approvals, fixtures, viewOf, subscriptions, renew, logger } = options;
  const serverFor = serverMaker(options, streams);
  const sdk = createSdkPath({ serverFor, logger });

  function contextOf(
    { request, message, caller, selection, sender }: Admitted,
    stream_key = '',
  ): RequestContext {
    const traceparent = traceparentOf(request.headers, message);
    const { request_id } = sender;
    return new RequestContext(caller, request_id, traceparent, selection, stream_key, renew(sender, caller));
  }

  /** What 2026-07-28 has that the SDK's server is not told of. */
  function checkModern({ request, message }: Admitted, context: RequestContext): Refusal | undefined {
    if (isAnswer(message)) return noAnswers();
    const tool = message.method === 'tools/call' && findTool(mesh.catalogue, message.target, context)?.tool;
    return tool ? checkParamHeaders(tool, message.params.arguments, request.headers) : undefined;
  }

  /** One message, as if there were no other. @param stopped fires when nobody waits for the answer any more */
  async function answerOne(admitted: Admitted, context: RequestContext, stopped: AbortSignal): Promise<void> {
    const { request, response, message, caller, selection, sender, refuse } = admitted;
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

  return {
    sdk,
    serverFor,
    contextOf,
    async answer(admitted, legacy) {
      const { request, response, message, caller, refuse } = admitted;
      // Whoever left while they were admitted waits for no answer: a call that was not begun need not be.
      if (response.destroyed && message.id !== null) return;
      // A client leaves by closing the connection; those of the 2025 revisions may say so by another request.
      const stop = new AbortController();
      response.once('close', () => {
        if (!response.writableFinished) stop.abort();
      });
      if (request.headers['mcp-protocol-version'] === MODERN) {
        const context = contextOf(admitted);
        const wrong = checkModern(admitted, context);
        return wrong ? refuse(wrong, message.id) : answerOne(admitted, context, stop.signal);
      }
      const session = legacy.sessionOf(request, caller);
      if (session !== undefined && 'fault' in session) return refuse(session, message.id);
      const context = contextOf(admitted, streamKey(session, caller));
      await legacy.serve({ request, response, message, context, session, stop }, () =>
        answerOne(admitted, context, stop.signal),
      );
    },
  };
}

/** Makes the MCP server of one request. */
function serverMaker(options: AnsweringOptions, watching: StandingStreams): ServerFor {
  const { version, mesh, forward, approvals, fixtures, viewOf } = options;
  return (context, era) => {
    const { catalogue } = mesh;
    const view = viewOf(catalogue, context.caller, context.selection);
    const serving = { context, catalogue, view, forward, approvals, fixtures };
    if (era !== 'legacy' || !isSignedIn(context.caller)) return createServer(version, serving);
    const server = createServer(version, { ...serving, watching });
    // Clients of the 2025 revisions may say what they want to be told of; since then it is deprecated.
    server.registerCapabilities({ logging: {} });
    return server;
  };
}

/** "The client MUST NOT send JSON-RPC responses" (MCP 2026-07-28, transports). */
function noAnswers(): Refusal {
  const text =
    'Since 2026-07-28 input is given by repeating the call with inputResponses, not by a response.';
  return { status: 400, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
}
