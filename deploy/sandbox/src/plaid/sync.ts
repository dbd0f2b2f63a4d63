import { z } from 'zod';
import type { Slot } from './bank/institutions.js';
import { PlaidError } from './errors.js';
import type { Change } from './feed.js';

/** What a cursor says: the update loop it belongs to, and how far that loop has been read. */
export interface Position {
  /** Length of the log up to which the client has everything. */
  since: number;
  /** Within a loop: the length the log had when the loop began. Null between loops. */
  until: number | null;
  /** How many of the loop's changes have been handed out. */
  read: number;
}

export interface Page {
  changes: Change[];
  next: Position;
  has_more: boolean;
}

/**
 * The net changes between two lengths of the log: a transaction that came and went in between is not told.
 * The order is that of the log.
 */
export function netChanges(log: readonly Change[], since: number, until: number): Change[] {
  const first = new Map<string, Change['kind']>();
  const last = new Map<string, Change>();
  for (const change of log.slice(since, until)) {
    if (!first.has(change.transaction_id)) first.set(change.transaction_id, change.kind);
    last.set(change.transaction_id, change);
  }
  const net: Change[] = [];
  for (const [transaction_id, change] of last) {
    const is_new = first.get(transaction_id) === 'added';
    if (is_new && change.kind === 'removed') continue;
    net.push(is_new ? { ...change, kind: 'added' } : change);
  }
  return net;
}

/**
 * One page of at most `count` changes to these accounts.
 *
 * "if a call to `/transactions/sync` fails when retrieving a paginated update (e.g. due to the
 * TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION error), the entire pagination request loop must be restarted
 * beginning with the cursor for the first page of the update" (Plaid, /transactions/sync). Hence a log that
 * grew within a loop is refused, and the loop's first cursor goes on working.
 */
export function readPage(
  log: readonly Change[],
  position: Position,
  count: number,
  slots: readonly Slot[],
): Page {
  const until = position.until ?? log.length;
  if (position.until !== null && log.length !== position.until) {
    throw new PlaidError('TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION');
  }
  const all = netChanges(log, position.since, until).filter((change) => slots.includes(change.slot));
  const read = position.read + count;
  const changes = all.slice(position.read, read);
  if (read < all.length) return { changes, next: { since: position.since, until, read }, has_more: true };
  return { changes, next: { since: until, until: null, read: 0 }, has_more: false };
}

const cursorContent = z.strictObject({
  i: z.string(),
  a: z.string().optional(),
  s: z.number().int().nonnegative(),
  u: z.number().int().nonnegative().nullable(),
  r: z.number().int().nonnegative(),
});

/** Base64, at most 256 characters, bound to the Item and to the account the loop was narrowed to. */
export function encodeCursor(
  item_id: string,
  slot: Slot | undefined,
  { since, until, read }: Position,
): string {
  const content = { i: item_id, ...(slot ? { a: slot } : {}), s: since, u: until, r: read };
  return Buffer.from(JSON.stringify(content)).toString('base64');
}

/** Throws INVALID_FIELD for a cursor of another Item or account, or one that never was issued. */
export function decodeCursor(
  cursor: string,
  item_id: string,
  slot: Slot | undefined,
  log_length: number,
): Position {
  const content = cursorContent.safeParse(parseBase64(cursor));
  const known = content.data;
  if (
    !known ||
    known.i !== item_id ||
    known.a !== slot ||
    known.s > log_length ||
    (known.u ?? 0) > log_length
  ) {
    throw new PlaidError('INVALID_FIELD', 'cursor is not associated with the access_token provided');
  }
  return { since: known.s, until: known.u, read: known.r };
}

function parseBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
