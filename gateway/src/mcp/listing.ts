import { createHash, hkdfSync } from 'node:crypto';
import { createPageTokens } from '@florin/chassis';
import { fault } from '@florin/faults';

/** One page of a list, as a result of MCP has it. */
export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
  /** The fields of the result as JSON, without the braces: serialized once, however often it is asked for. */
  bytes: Buffer;
}

/** One list of a view, cut into pages. */
export interface Listing<Item> {
  /** Equal for equal lists. */
  fingerprint: string;
  /** @returns undefined for a cursor that is none of this list's */
  find(cursor: string | undefined): Page<Item> | undefined;
  /** @throws Fault INVALID_PAGE_TOKEN for a cursor that is none of this list's */
  page(cursor: string | undefined): Page<Item>;
}

const PAGE_ITEMS = 100;

export type CreateListing = <Item>(field: string, items: readonly Item[]) => Listing<Item>;

/**
 * Cursors say which page of which list: of a list that has changed meanwhile there is none, so that nobody puts together
 * pages of two lists.
 *
 * @param key the same at every replica, so that the next page may be asked of another
 */
export function createListings(key: Buffer): CreateListing {
  const tokens = createPageTokens(key);
  return (field, items) => {
    const fingerprint = createHash('sha256').update(JSON.stringify(items)).digest('base64url').slice(0, 22);
    const list = [field, fingerprint];
    const pages = Array.from({ length: Math.max(1, Math.ceil(items.length / PAGE_ITEMS)) }, (_, index) => {
      const ofPage = items.slice(index * PAGE_ITEMS, (index + 1) * PAGE_ITEMS);
      const isLast = (index + 1) * PAGE_ITEMS >= items.length;
      const next = isLast ? {} : { nextCursor: tokens.issue(list, String(index + 1)) };
      return {
        items: ofPage,
        ...next,
        bytes: Buffer.from(JSON.stringify({ [field]: ofPage, ...next }).slice(1, -1)),
      };
    });
    const find = (cursor: string | undefined) => pages[cursor === undefined ? 0 : (pageNumber(cursor) ?? -1)];
    return {
      fingerprint,
      find,
      page(cursor) {
        const page = find(cursor);
        if (page !== undefined) return page;
        const text = 'The cursor is none of this list, or the list has changed: list again.';
        throw fault('INVALID_PAGE_TOKEN', text);
      },
    };

    function pageNumber(cursor: string): number | undefined {
      try {
        return Number(tokens.read(list, cursor));
      } catch {
        return undefined;
      }
    }
  };
}

/** @param secret shared by all replicas, and by nobody else */
export function cursorKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'florin gateway cursors', 32));
}
