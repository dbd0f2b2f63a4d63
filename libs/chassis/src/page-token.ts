import { createHmac, timingSafeEqual } from 'node:crypto';
import { fault } from '@florin/faults';
import { z } from 'zod';

/**
 * Page tokens: opaque to the caller, signed, and bound to one person's one query, so that a token can neither be forged
 * nor carried to another list.
 */
export interface PageTokens {
  /** @param query what the page belongs to: the operation, the owner, and its filters */
  issue(query: unknown, position: string): string;
  /** @throws Fault INVALID_PAGE_TOKEN */
  read(query: unknown, token: string): string;
}

const MAC_BYTES = 16;

export function createPageTokens(key: Buffer): PageTokens {
  const sign = (query: unknown, position: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([query, position]))
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    issue(query, position) {
      return Buffer.concat([sign(query, position), Buffer.from(position)]).toString('base64url');
    },
    read(query, token) {
      const bytes = Buffer.from(token, 'base64url');
      const position = bytes.subarray(MAC_BYTES).toString();
      const mac = bytes.subarray(0, MAC_BYTES);
      if (mac.length === MAC_BYTES && timingSafeEqual(mac, sign(query, position))) return position;
      throw fault(
        'INVALID_PAGE_TOKEN',
        'page_token is not one of this list. Use next_page_token of the page before, with the same filters.',
      );
    },
  };
}

/** The fields that every list takes and gives. */
export const pageInput = {
  page_size: z
    .int()
    .min(1)
    .max(100)
    .default(25)
    .describe('How many to return.')
    .meta({ examples: [25] }),
  page_token: z
    .string()
    .max(1024)
    .optional()
    .describe('next_page_token of the page before, to go on from there. Keep the other arguments unchanged.'),
};

export const pageOutput = {
  next_page_token: z
    .string()
    .optional()
    .describe('Pass it as page_token to get the next page; absent on the last one.'),
};
