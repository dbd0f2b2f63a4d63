import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/plaid/feed.js';
import { decodeCursor, encodeCursor, netChanges, readPage } from '../../src/plaid/sync.js';

/** Logs as a feed writes them: a transaction is added once, then modified, then removed at most once. */
const logs = fc
  .array(fc.record({ id: fc.integer({ min: 0, max: 15 }), remove: fc.boolean() }), { maxLength: 60 })
  .map((steps) => {
    const state = new Map<number, 'live' | 'gone'>();
    const log: Change[] = [];
    for (const { id, remove } of steps) {
      const was = state.get(id);
      if (was === 'gone') continue;
      const kind = was === undefined ? 'added' : remove ? 'removed' : 'modified';
      state.set(id, kind === 'removed' ? 'gone' : 'live');
      log.push({ kind, transaction_id: `t${id}`, slot: 'checking' });
    }
    return log;
  });

function apply(held: Set<string>, changes: readonly Change[]): Set<string> {
  for (const { kind, transaction_id } of changes) {
    if (kind === 'removed') held.delete(transaction_id);
    else held.add(transaction_id);
  }
  return held;
}

describe('net changes', () => {
  it('bring a client that stopped anywhere to what the whole log says', () => {
    fc.assert(
      fc.property(logs, fc.nat(60), (log, at) => {
        const since = Math.min(at, log.length);
        const held = apply(new Set(), netChanges(log, 0, since));
        for (const { kind, transaction_id } of netChanges(log, since, log.length)) {
          expect(held.has(transaction_id)).toBe(kind !== 'added');
        }
        expect(apply(held, netChanges(log, since, log.length))).toEqual(apply(new Set(), log));
      }),
    );
  });
});

describe('pages', () => {
  it('of any size add up to the loop, in bounded steps', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 20 }), (log, count) => {
        const read: Change[] = [];
        let position = { since: 0, until: null as number | null, read: 0 };
        for (let pages = 0; pages <= log.length; pages++) {
          const page = readPage(log, position, count, ['checking']);
          expect(page.changes.length).toBeLessThanOrEqual(count);
          read.push(...page.changes);
          const cursor = encodeCursor('item', undefined, page.next);
          expect(cursor.length).toBeLessThanOrEqual(256);
          position = decodeCursor(cursor, 'item', undefined, log.length);
          if (!page.has_more) break;
        }
        expect(read).toEqual(netChanges(log, 0, log.length));
        expect(position).toEqual({ since: log.length, until: null, read: 0 });
      }),
    );
  });

  it('are refused once the log has grown within the loop', () => {
    const change = (id: number): Change => ({ kind: 'added', transaction_id: `t${id}`, slot: 'checking' });
    const log = [change(1), change(2), change(3)];
    const { next } = readPage(log, { since: 0, until: null, read: 0 }, 2, ['checking']);
    log.push(change(4));
    expect(() => readPage(log, next, 2, ['checking'])).toThrow(/restart pagination/);
  });
});

describe('a cursor', () => {
  it.each(['', 'abc', Buffer.from('{}').toString('base64'), Buffer.from('[1]').toString('base64')])(
    'that never was issued is refused: %s',
    (cursor) => {
      expect(() => decodeCursor(cursor, 'item', undefined, 10)).toThrow(/cursor is not associated/);
    },
  );
});
