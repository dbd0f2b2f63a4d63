import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';

export type LedgerTx = TransactionSql<{ bigint: bigint }>;

/** A column of many rows that travel as one parameter per column: the statement is the same however many there are. */
export interface BulkColumn<Row> {
  readonly name: string;
  readonly type: string;
  value(row: Row): string | null;
}

/** JSON text holds no control characters (RFC 8259, 7: they "MUST be escaped"): what parts one from the next. */
const SEPARATOR = '\u001f';

/** What the text of a value of these types is made of needs no quotes in an array. */
const UNQUOTED = new Set(['uuid', 'bigint', 'integer', 'boolean', 'date']);

/**
 * Values as Postgres reads an array from text. (postgresql.org/docs/current/arrays.html#ARRAYS-IO) The driver's own
 * arrays take their type from the first element, and fail on bigint.
 */
export function arrayText(values: Iterable<string>): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}${quoted(value)}`;
  return `{${text}}`;
}

function quoted(value: string): string {
  return /["\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
}

function columnText<Row>({ type, value }: BulkColumn<Row>, rows: readonly Row[]): string {
  if (type === 'json') return rows.map(value).join(SEPARATOR);
  const plain = UNQUOTED.has(type);
  let text = '';
  for (const row of rows) {
    const cell = value(row);
    if (text !== '') text += ',';
    text += cell === null ? 'NULL' : plain ? cell : quoted(cell);
  }
  return `{${text}}`;
}

/** Where a statement takes its rows from: `select * from (…) as row`. */
function rowsFrom<Row>(columns: readonly BulkColumn<Row>[]): string {
  const arrays = columns.map(({ type }, index) =>
    type === 'json'
      ? `string_to_array($${index + 1}::text, chr(${SEPARATOR.charCodeAt(0)}))::json[]`
      : `$${index + 1}::text::${type}[]`,
  );
  const names = columns.map(({ name }) => `"${name}"`);
  return `unnest(${arrays.join(', ')}) with ordinality as row(${names.join(', ')}, ordinal)`;
}

function parametersOf<Row>(columns: readonly BulkColumn<Row>[], rows: readonly Row[]): string[] {
  return columns.map((column) => columnText(column, rows));
}

/** Inserts rows in their order. @param conflict e.g. `on conflict do nothing` */
export function bulkInsert<Row>(table: string, columns: readonly BulkColumn<Row>[], conflict = '') {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const text = `insert into "${table}" (${names}) select ${names} from ${rowsFrom(columns)} order by ordinal ${conflict}`;
  return (tx: LedgerTx, rows: readonly Row[]) =>
    tx.unsafe(text, parametersOf(columns, rows), { prepare: true });
}

/** Sets all other columns of the rows that `key` names. */
export function bulkUpdate<Row>(table: string, columns: readonly BulkColumn<Row>[], key: readonly string[]) {
  const set = columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => `"${name}" = row."${name}"`)
    .join(', ');
  const match = key.map((name) => `"${table}"."${name}" = row."${name}"`).join(' and ');
  const text = `update "${table}" set ${set} from ${rowsFrom(columns)} where ${match}`;
  return (tx: LedgerTx, rows: readonly Row[]) =>
    tx.unsafe(text, parametersOf(columns, rows), { prepare: true });
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
