import postgres from 'postgres';
import { byIndexOnly, connectionOptions, type RawSql } from './database.js';

/** One session that leads where several processes could, for as long as its connection lives. */
export interface Leadership {
  /** The leader's own session: what it reads and writes through it, it does as the leader or not at all. */
  session: RawSql;
  /** Whether this process leads now; tries to where it does not. */
  claim(): Promise<boolean>;
  close(): Promise<void>;
}

/** @param url a session of its own for each client: not a pooler that shares sessions between transactions. */
export function createLeadership(options: {
  url: string;
  lock: string;
  application_name: string;
}): Leadership {
  let leads = false;
  const { application_name } = options;
  const common = connectionOptions({ application_name, max: 1 });
  const session = postgres(options.url, {
    ...common,
    connection: { ...common.connection, ...byIndexOnly },
    types: { bigint: postgres.BigInt },
    // Never replaced by age: the lock would go with it.
    max_lifetime: null,
    onclose: () => {
      leads = false;
    },
  });
  return {
    session,
    async claim() {
      if (!leads) {
        const [row] = await session<{ claimed: boolean }[]>`
          select pg_try_advisory_lock(hashtextextended(${options.lock}, 0)) as claimed`;
        leads = row?.claimed === true;
      }
      return leads;
    },
    async close() {
      await session.end({ timeout: 5 });
    },
  };
}
