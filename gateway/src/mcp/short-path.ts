import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { Approvals, ClientSide } from './approvals/approvals.js';
import { callToolAsking } from './call-tool.js';
import type { Forward } from './forward.js';
import type { Message } from './message.js';
import type { RequestContext } from './request-context.js';
import { serverInfo } from './server.js';

export const MODERN = '2026-07-28';

/** A tools/call that asks for nothing but its result. */
export interface PlainCall {
  era: 'modern' | 'legacy';
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
export function asPlainCall({ headers }: IncomingMessage, message: Message): PlainCall | undefined {
  const { body, id, method, params } = message;
  if (method !== 'tools/call' || id === null) return undefined;
  if (typeof id === 'number' && !Number.isSafeInteger(id)) return undefined;
  if (!hasOnly(body, bodyFields) || !hasOnly(params, paramFields)) return undefined;
  const { name, arguments: args = {}, _meta: meta = {} } = params;
  if (typeof name !== 'string' || !isObject(args) || !isObject(meta)) return undefined;

  const version = single(headers['mcp-protocol-version']);
  const mcpMethod = single(headers['mcp-method']);
  const mcpName = single(headers['mcp-name']);
  const claim = classifyInboundRequest({
    httpMethod: 'POST',
    body,
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(mcpMethod !== undefined && { mcpMethodHeader: mcpMethod }),
    ...(mcpName !== undefined && { mcpNameHeader: mcpName }),
  });
  const call = { id, name, arguments: args, client: { capabilities: undefined } };
  if (claim.kind === 'modern') {
    const isPlain =
      version === MODERN &&
      mcpMethod === method &&
      mcpName === name &&
      meta[PROTOCOL_VERSION_META_KEY] === MODERN &&
      hasOnly(meta, envelopeFields);
    const capabilities = meta[CLIENT_CAPABILITIES_META_KEY] as ClientSide['capabilities'];
    return isPlain ? { era: 'modern', ...call, client: { capabilities } } : undefined;
  }
  const isPlain =
    claim.kind === 'legacy' &&
    claim.reason === 'no-claim' &&
    (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(version)) &&
    mcpMethod === undefined &&
    mcpName === undefined &&
    Object.keys(meta).length === 0 &&
    acceptsBoth(single(headers.accept));
  return isPlain ? { era: 'legacy', ...call } : undefined;
}

const bodyFields = new Set(['jsonrpc', 'id', 'method', 'params']);
const paramFields = new Set(['name', 'arguments', '_meta']);
const envelopeFields = new Set([
  PROTOCOL_VERSION_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
]);

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

function acceptsBoth(accept = ''): boolean {
  return accept.includes('application/json') && accept.includes('text/event-stream');
}

/** A header that was sent once. */
function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function hasOnly(object: object, fields: ReadonlySet<string>): boolean {
  return Object.keys(object).every((field) => fields.has(field));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
