import { idToUuid, type KeyReader, type KeyRecord } from '@florin/chassis';
import type { RawSql } from './database.js';

/** At most so many keys in one statement: more wait for the next. */
const MAX_AT_ONCE = 256;

type Call = Parameters<KeyReader['find']>[0];

interface Waiting {
  call: Call;
  resolve(record: KeyRecord | undefined): void;
  reject(error: unknown): void;
}

/**
 * Looks up idempotency keys, those of many calls in one statement: while one runs, what comes gathers for the next. A lone
 * call waits for nobody.
 */
export function createKeyReader(sql: RawSql): KeyReader {
  let waiting: Waiting[] = [];
  let isReading = false;

  async function readAll(): Promise<void> {
    isReading = true;
    // What came in the same turn of the event loop goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_AT_ONCE);
      waiting = waiting.slice(MAX_AT_ONCE);
      try {
        const records = await readKeys(
          sql,
          batch.map(({ call }) => call),
        );
        for (const [index, { resolve }] of batch.entries()) resolve(records.get(index));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isReading = false;
  }

  return {
    find: (call) =>
      new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        if (!isReading) void readAll();
      }),
  };
}

/** @returns what was found, by the place of the call in `calls` */
async function readKeys(sql: RawSql, calls: readonly Call[]): Promise<Map<number, KeyRecord>> {
  const rows = await sql<(KeyRecord & { place: number })[]>`
    select asked.place::int as place, keys.input_hash, keys.object_id
    from unnest(
      ${calls.map(({ user_id }) => idToUuid(user_id, 'usr'))}::uuid[],
      ${calls.map(({ operation }) => operation)}::text[],
      ${calls.map(({ idempotency_key }) => idempotency_key)}::text[]
    ) with ordinality as asked (user_id, operation, idempotency_key, place)
    join idempotency_keys keys using (user_id, operation, idempotency_key)`;
  return new Map(rows.map(({ place, ...record }) => [place - 1, record]));
}
