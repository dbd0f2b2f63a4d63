import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';

export type LedgerTx = TransactionSql<{ bigint: bigint }>;

/** A column of rows that travel together, as one parameter: the statement is the same however many there are. */
export interface BulkColumn<Row> {
  readonly name: string;
  readonly type: string;
  value(row: Row): string | null;
}

/**
 * Values as Postgres reads an array from text. (postgresql.org/docs/current/arrays.html#ARRAYS-IO) The driver's own
 * arrays take their type from the first element, and fail on bigint.
 */
export function arrayText(values: Iterable<string>): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}"${value.replace(/["\\]/g, '\\$&')}"`;
  return `{${text}}`;
}

/**
 * Where a statement takes its rows from, in their order. One parameter of JSON: arrays for each of thirty columns were
 * measured to cost Postgres three times as much where the rows are few.
 */
function rowsFrom<Row>(columns: readonly BulkColumn<Row>[]): string {
  const definitions = columns.map(({ name, type }) => `"${name}" ${type}`);
  return `json_to_recordset($1::text::json) as row(${definitions.join(', ')})`;
}

/** What the text of a value of these types is made of needs no escapes in JSON, and of those, no quotes. */
const UNESCAPED = new Set(['uuid', 'date', 'timestamp with time zone']);
const UNQUOTED = new Set(['bigint', 'integer', 'boolean', 'json']);

/** Writes rows as JSON. Nulls are left out: a field that is missing is read as null. */
function jsonWriter<Row>(columns: readonly BulkColumn<Row>[]): (rows: readonly Row[]) => string {
  const fields = columns.map(({ name, type, value }) => {
    const isPlain = UNQUOTED.has(type) || UNESCAPED.has(type);
    const quote = UNESCAPED.has(type) ? '"' : '';
    return { before: `,"${name}":${quote}`, after: quote, isPlain, value };
  });
  const objectOf = (row: Row) => {
    let text = '';
    for (const { before, after, isPlain, value } of fields) {
      const cell = value(row);
      if (cell !== null) text += before + (isPlain ? cell : JSON.stringify(cell)) + after;
    }
    return `{${text.slice(1)}}`;
  };
  return (rows) => `[${rows.map(objectOf).join()}]`;
}

/** Inserts rows in their order. @param conflict e.g. `on conflict do nothing` */
export function bulkInsert<Row>(table: string, columns: readonly BulkColumn<Row>[], conflict = '') {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const json = jsonWriter(columns);
  const text = `insert into "${table}" (${names}) select ${names} from ${rowsFrom(columns)} ${conflict}`;
  return (tx: LedgerTx, rows: readonly Row[]) => tx.unsafe(text, [json(rows)], { prepare: true });
}

/** Sets all other columns of the rows that `key` names. */
export function bulkUpdate<Row>(table: string, columns: readonly BulkColumn<Row>[], key: readonly string[]) {
  const json = jsonWriter(columns);
  const set = columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => `"${name}" = row."${name}"`)
    .join(', ');
  const match = key.map((name) => `"${table}"."${name}" = row."${name}"`).join(' and ');
  const text = `update "${table}" set ${set} from ${rowsFrom(columns)} where ${match}`;
  return (tx: LedgerTx, rows: readonly Row[]) => tx.unsafe(text, [json(rows)], { prepare: true });
}

/** The columns of a table, as drizzle would write the rows that it reads. */
export function columnsOf<Table extends PgTable>(table: Table): BulkColumn<Table['$inferSelect']>[] {
  return Object.entries(getTableColumns(table)).map(([name, column]) => ({
    name,
    type: column.getSQLType(),
    value(row: Table['$inferSelect']) {
      const value = (row as Record<string, unknown>)[name];
      return value === null || value === undefined ? null : String(column.mapToDriverValue(value));
    },
  }));
}
