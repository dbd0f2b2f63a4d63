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

const PLAIN = /^[A-Za-z0-9_:.+-]+$/;

function element(value: string | null): string {
  if (value === null) return 'NULL';
  // The word NULL without quotes would be no text.
  if (PLAIN.test(value) && value.toUpperCase() !== 'NULL') return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Values as Postgres reads an array from text. (postgresql.org/docs/current/arrays.html#ARRAYS-IO) The driver's own
 * arrays take their type from the first element, and fail on bigint.
 */
export function arrayText(values: readonly (string | null)[]): string {
  return `{${values.map(element).join()}}`;
}

/** Where a statement takes its rows from: `select * from (…) as row`. */
export function rowsFrom<Row>(columns: readonly BulkColumn<Row>[]): string {
  const arrays = columns.map(({ type }, index) => `$${index + 1}::text::${type}[]`);
  const names = columns.map(({ name }) => `"${name}"`);
  return `unnest(${arrays.join(', ')}) with ordinality as row(${names.join(', ')}, ordinal)`;
}

export function parametersOf<Row>(columns: readonly BulkColumn<Row>[], rows: readonly Row[]): string[] {
  return columns.map(({ value }) => arrayText(rows.map(value)));
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
