import { asFault } from '@florin/faults';
import type { Listing } from './listing.js';
import type { RequestContext } from './request-context.js';
import { toProtocolError } from './rpc-error.js';

/**
 * The page that a request of a list asks for.
 *
 * @throws ProtocolError -32602 for a cursor that is none: "Invalid cursors SHOULD result in an error with code -32602" (MCP,
 *   pagination)
 */
export function pageOf<Item>(
  listing: Listing<Item>,
  params: { cursor?: string | undefined } | undefined,
  { request_id }: RequestContext,
): { items: Item[]; nextCursor?: string } {
  try {
    const { items, nextCursor } = listing.page(params?.cursor);
    return nextCursor === undefined ? { items } : { items, nextCursor };
  } catch (error) {
    throw toProtocolError(asFault(error), request_id);
  }
}
