import type { RawSql } from './database.js';
import { createFieldCipher, type FieldPlace } from './field-cipher.js';
import type { KeyRing } from './key-ring.js';

/** A column whose values the ring sealed. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The columns that make up the name of the row. */
  key: readonly string[];
  /** The row's name in the place that its value was sealed for, from those columns as text. */
  row(...key: string[]): string;
}

/** How many blocks of 8 KiB are looked through at once: some hundred rows. */
const BLOCKS = 32;
/** A value that changed while it was in hand waits for the next round. */
const ROUNDS = 5;

/** Bounds of `ctid`, the place of a row in its table: so each row is looked at once, whatever its keys are. */
export async function* tableRanges(sql: RawSql, table: string): AsyncGenerator<{ from: string; to: string }> {
  const [size] = await sql<{ blocks: number }[]>`
    select (pg_relation_size(${table}::regclass) / current_setting('block_size')::int)::int as blocks`;
  const blocks = size?.blocks ?? 0;
  for (let block = 0; block < blocks; block += BLOCKS) {
    yield { from: `(${block},0)`, to: `(${block + BLOCKS},0)` };
  }
}

/**
 * Seals the data keys of a column's values anew, by the ring's current key, a few hundred rows at a time and beside
 * whoever reads and writes them. Interrupted, it goes on where it was: what is under the current key is passed over.
 *
 * @returns how many were sealed anew
 * @throws Error where a value does not open: the others are done all the same
 */
export async function rewrapColumn(sql: RawSql, ring: KeyRing, sealed: SealedColumn): Promise<number> {
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { rewrapped, left, failed } = await rewrapOnce(sql, ring, sealed);
    done += rewrapped;
    if (failed !== undefined) throw failed;
    if (left === 0) return done;
  }
  throw new Error(`${sealed.table}.${sealed.column} is still being written under an older key: run it again`);
}

async function rewrapOnce(sql: RawSql, ring: KeyRing, sealed: SealedColumn) {
  const result: { rewrapped: number; left: number; failed?: unknown } = { rewrapped: 0, left: 0 };
  for await (const range of tableRanges(sql, sealed.table)) {
    const values = await readOlder(sql, ring, sealed, range);
    for (const value of values) {
      try {
        if (await rewrap(sql, ring, sealed, value)) result.rewrapped++;
        else result.left++;
      } catch (error) {
        result.failed = error;
      }
    }
  }
  return result;
}

interface Value {
  position: string;
  sealed: string;
  key: string[];
}

function readOlder(
  sql: RawSql,
  ring: KeyRing,
  { table, column, key }: SealedColumn,
  { from, to }: { from: string; to: string },
): Promise<Value[]> {
  const current = `v1.${ring.current.id}.`;
  return sql<Value[]>`
    select ctid::text as position, ${sql(column)} as sealed, array[${sql.unsafe(key.map((name) => `"${name}"::text`).join(', '))}] as key
    from ${sql(table)}
    where ctid >= ${from}::tid and ctid < ${to}::tid
      and ${sql(column)} like 'v1.%' and not starts_with(${sql(column)}, ${current})`;
}

/** @returns false where the value changed meanwhile */
async function rewrap(
  sql: RawSql,
  ring: KeyRing,
  { table, column, row }: SealedColumn,
  value: Value,
): Promise<boolean> {
  const place: FieldPlace = { table, column, row: row(...value.key) };
  const anew = createFieldCipher(ring).rewrap(place, value.sealed);
  const { count } = await sql`
    update ${sql(table)} set ${sql(column)} = ${anew}
    where ctid = ${value.position}::tid and ${sql(column)} = ${value.sealed}`;
  return count === 1;
}
