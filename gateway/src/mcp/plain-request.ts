import type { IncomingMessage } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  PROTOCOL_VERSION_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import type { Message } from './message.js';

export const MODERN = '2026-07-28';

export type Era = 'modern' | 'legacy';

/** A request that asks for nothing but its result, in a form that leaves no doubt. */
export interface PlainRequest {
  era: Era;
  id: string | number;
  /** Since 2026-07-28, what the request says about its client. */
  meta: Record<string, unknown>;
}

/**
 * Recognizes requests that need not go through the SDK's server. Whatever is not plainly one (a progress token, a field that
 * we do not know, a header out of place) is left to it.
 *
 * @param fields that `params` may have, besides `_meta`
 * @param name what the header `Mcp-Name` has to repeat, where the method has a name
 */
export function asPlainRequest(
  { headers }: IncomingMessage,
  { body, id, method, params }: Message,
  fields: ReadonlySet<string>,
  name?: string,
): PlainRequest | undefined {
  if (id === null || (typeof id === 'number' && !Number.isSafeInteger(id))) return undefined;
  const given = 'params' in body ? body.params : params;
  const { _meta: meta = {}, ...others } = params;
  if (given !== params || !hasOnly(body, bodyFields) || !hasOnly(others, fields) || !isObject(meta))
    return undefined;

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
  if (claim.kind === 'modern') {
    const isPlain =
      version === MODERN &&
      mcpMethod === method &&
      mcpName === name &&
      meta[PROTOCOL_VERSION_META_KEY] === MODERN &&
      hasOnly(meta, envelopeFields);
    return isPlain ? { era: 'modern', id, meta } : undefined;
  }
  const isPlain =
    claim.kind === 'legacy' &&
    claim.reason === 'no-claim' &&
    (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(version)) &&
    mcpMethod === undefined &&
    mcpName === undefined &&
    Object.keys(meta).length === 0 &&
    acceptsBoth(single(headers.accept));
  return isPlain ? { era: 'legacy', id, meta } : undefined;
}

const bodyFields = new Set(['jsonrpc', 'id', 'method', 'params']);
const envelopeFields = new Set([
  PROTOCOL_VERSION_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
]);

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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
