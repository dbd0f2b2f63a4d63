import type { Logger } from '@florin/chassis';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql } from 'postgres';

export type Db = PostgresJsDatabase;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
/** What a query runs on: the pool, or a transaction. */
export type Queryable = PgDatabase<PostgresJsQueryResultHKT>;
/** postgres.js with int8 as bigint. */
export type RawSql = Sql<{ bigint: bigint }>;

const STATEMENT_TIMEOUT_MS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 5;

export interface Database {
  db: Db;
  /** For statements that drizzle cannot say, on connections of its own: drizzle changes how its client reads values. */
  sql: RawSql;
  /**
   * For statements that find few rows by an index, over and over. A prepared plan that was made while a table was small, and
   * is kept, would read the whole of it later: here none does.
   */
  lookups: RawSql;
  url: string;
  /** @throws where the database does not answer */
  ping(): Promise<void>;
  /** Lets running queries end, for 5 s at most. */
  close(): Promise<void>;
}

interface DatabaseOptions {
  /** The runtime role's. */
  url: string;
  /** Shown in pg_stat_activity. */
  application_name: string;
  /** Connections of `db`; `sql` and `lookups` open as many each where they are used. */
  max?: number;
  logger: Logger;
}

/** What every connection of ours has: bounds on every wait, and a reconnect that does not make recovery wait. */
export function connectionOptions(options: { application_name: string; max: number; logger?: Logger }) {
  return {
    max: options.max,
    connect_timeout: CONNECT_TIMEOUT_S,
    // The driver's own backoff grows to 20 s, for which every query would hang after the database is back.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: (notice) => options.logger?.debug({ notice }, 'notice from Postgres'),
    connection: {
      application_name: options.application_name,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
    },
  } satisfies Options<Record<string, never>>;
}

/** See {@link Database.lookups}. */
export const byIndexOnly = { enable_seqscan: 'off' } as const;

/** Opens nothing yet: connections are made when queries need them, and made again after they were lost. */
export function createDatabase({ url, application_name, max = 10, logger }: DatabaseOptions): Database {
  const options = connectionOptions({ application_name, max, logger });
  const client = postgres(url, options);
  const types = { bigint: postgres.BigInt };
  const sql = postgres(url, { ...options, types });
  const connection = { ...options.connection, ...byIndexOnly };
  const lookups = postgres(url, { ...options, types, connection });
  return {
    db: drizzle(client),
    sql,
    lookups,
    url,
    async ping() {
      await client`select 1`;
    },
    async close() {
      await Promise.all([client, sql, lookups].map((one) => one.end({ timeout: CLOSE_TIMEOUT_S })));
    },
  };
}
