import { setTimeout as sleep } from 'node:timers/promises';
import type { PgTransactionConfig } from 'drizzle-orm/pg-core';
import type { Db, Tx } from './database.js';
import { isConflict, transientFault } from './database-fault.js';

interface TransactionOptions {
  attempts?: number;
  isolation?: NonNullable<PgTransactionConfig['isolationLevel']>;
}

const RETRY_BASE_MS = 10;

/**
 * Runs `work` in a transaction, and again where it failed only because of what ran beside it (serialization failure,
 * deadlock): so `work` has no effects outside of the transaction. Nothing else is repeated.
 * @throws Fault UNAVAILABLE or CONFLICT for the database's own failures; whatever else `work` throws, unchanged
 */
export async function transaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  { attempts = 3, isolation }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(work, isolation && { isolationLevel: isolation });
    } catch (error) {
      if (!isConflict(error) || attempt >= attempts) throw transientFault(error) ?? error;
      // Jittered, or those who met once meet again.
      await sleep(Math.random() * RETRY_BASE_MS * 2 ** attempt);
    }
  }
}
