import type { IncomingMessage, ServerResponse } from 'node:http';
import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { Listing } from './listing.js';
import type { Message } from './message.js';
import { asPlainRequest, type PlainRequest } from './plain-request.js';
import { listHint, serverInfo } from './server.js';
import type { View } from './views.js';

const lists = new Map<string, keyof View>([
  ['tools/list', 'tools'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'templates'],
  ['prompts/list', 'prompts'],
]);
const fields = new Set(['cursor']);

/** A list that is asked for, and nothing else. */
export interface PlainList extends PlainRequest {
  list: keyof View;
  cursor: string | undefined;
}

/**
 * Clients ask for lists at every start, and lists are long: through the SDK each would be checked against its schema and
 * serialized anew.
 */
export function asPlainList(request: IncomingMessage, message: Message): PlainList | undefined {
  const list = lists.get(message.method);
  if (list === undefined) return undefined;
  const plain = asPlainRequest(request, message, fields);
  const { cursor } = message.params;
  if (plain === undefined || (cursor !== undefined && typeof cursor !== 'string')) return undefined;
  return { ...plain, list, cursor };
}

/**
 * Answers as the SDK would, with the bytes that the view keeps.
 *
 * @returns false where there is no such page: the SDK says so
 */
export function servePlainList(
  response: ServerResponse,
  { era, id, list, cursor }: PlainList,
  view: View,
  version: string,
): boolean {
  const listing: Listing<unknown> = view[list];
  const page = listing.find(cursor);
  if (page === undefined) return false;
  const more = era === 'modern' ? `,${envelope(version)}` : '';
  const end = `${more}},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
  const [before, after] =
    era === 'modern' ? ['{"result":{', end] : ['event: message\ndata: {"result":{', `${end}\n\n`];
  const body = Buffer.concat([Buffer.from(before), page.bytes, Buffer.from(after)]);
  response.writeHead(200, { ...headers[era], 'content-length': body.length });
  response.end(body);
  return true;
}

const headers = {
  modern: { 'content-type': 'application/json' },
  legacy: {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  },
};

/** What every result of a list has since 2026-07-28, without the braces. */
function envelope(version: string): string {
  const meta = { [SERVER_INFO_META_KEY]: serverInfo(version) };
  return JSON.stringify({ resultType: 'complete', ...listHint, _meta: meta }).slice(1, -1);
}
