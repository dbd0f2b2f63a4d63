import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLIENT_CAPABILITIES_META_KEY, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { Approvals, ClientSide } from './approvals/approvals.js';
import { callToolAsking } from './call-tool.js';
import type { Forward } from './forward.js';
import type { Message } from './message.js';
import { asPlainRequest, type Era, isObject } from './plain-request.js';
import type { RequestContext } from './request-context.js';
import { serverInfo } from './server.js';

/** A tools/call that asks for nothing but its result. */
export interface PlainCall {
  era: Era;
  id: string | number;
  name: string;
  arguments: Record<string, unknown>;
  client: ClientSide;
}

/**
 * Most requests are plain tool calls, and the SDK's server costs each of them more than everything else that we do. Such a
 * call takes the short path; whatever is not plainly one (a progress token, a field that we do not know, a header out of
 * place) is left to the SDK. A differential test holds the two to the same answers.
 */
export function asPlainCall(request: IncomingMessage, message: Message): PlainCall | undefined {
  if (message.method !== 'tools/call') return undefined;
  const { name, arguments: args = {} } = message.params;
  if (typeof name !== 'string' || !isObject(args)) return undefined;
  const plain = asPlainRequest(request, message, paramFields, name);
  if (plain === undefined) return undefined;
  const { era, id, meta } = plain;
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY] as ClientSide['capabilities'];
  return { era, id, name, arguments: args, client: { capabilities } };
}

const paramFields = new Set(['name', 'arguments']);

interface Serving {
  version: string;
  context: RequestContext;
  catalogue: MergedCatalogue;
  forward: Forward;
  approvals: Approvals;
}

/** Answers as the SDK would: JSON since 2026-07-28, before that one event of a stream. */
export async function servePlainCall(
  response: ServerResponse,
  { era, id, ...call }: PlainCall,
  serving: Serving,
  stopped: AbortSignal,
): Promise<void> {
  const result = await callToolAsking({ ...call, signal: stopped }, serving);
  if (era === 'modern') {
    const envelope = {
      resultType: 'resultType' in result ? result.resultType : 'complete',
      _meta: { [SERVER_INFO_META_KEY]: serverInfo(serving.version) },
    };
    const text = JSON.stringify({ result: { ...result, ...envelope }, jsonrpc: '2.0', id });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
    return;
  }
  if (stopped.aborted) {
    // "Receivers of cancellation notifications SHOULD not send a response for the cancelled request".
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
    return;
  }
  const text = `event: message\ndata: ${JSON.stringify({ result, jsonrpc: '2.0', id })}\n\n`;
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.end(text);
}
