import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@florin/chassis';
import { Fault, fault } from '@florin/faults';
import { databaseFault, type RawSql } from '@florin/postgres';
import postgres from 'postgres';
import { type CommitContext, commitBatch } from './commit-batch.js';
import { createHouseAccounts } from './house-accounts.js';
import { type PreparedUnit, prepareUnit } from './prepare-unit.js';
import type { LedgerWriter, UnitOutcome } from './unit.js';

const MOST_UNITS = 128;
const MOST_WAITING = 4_096;
/** So long a unit waits for others to share its transaction, where none is being committed. */
const LINGER_MS = 2;
/** A batch that was shared is followed by one that waits longer, for as many: each costs less the more there are. */
const GATHER_MS = 6;
const GATHERED = 32;
/** Stripes of the house's accounts. Writers that happen to share one wait for each other, no more. */
const STRIPES = 16;
/** Longer than a session may idle in a transaction, after which the server has ended one whose client is gone. */
const OUTCOME_TIMEOUT_MS = 20_000;
/** For a unit that is run by itself and meets others that change the same. */
const ATTEMPTS = 5;
const RETRY_BASE_MS = 10;

interface WriterOptions {
  sql: RawSql;
  logger: Logger;
  outcome_timeout_ms?: number;
}

interface Waiting {
  unit: PreparedUnit;
  resolve(outcome: UnitOutcome): void;
  reject(error: unknown): void;
}

/**
 * The one way in which ledger, payments, refunds, keys and outbox change. Units that arrive together share a transaction: a
 * commit costs a wait for the disk, whatever it holds. There is one transaction at a time, which the next one gathers behind: two
 * side by side were measured to be no faster, smaller each, and to wait for each other's busy wallets. Of a batch that fails
 * each unit is run again by itself.
 */
export function createLedgerWriter({
  sql,
  logger,
  outcome_timeout_ms = OUTCOME_TIMEOUT_MS,
}: WriterOptions): LedgerWriter {
  const context: CommitContext = { sql, house: createHouseAccounts(sql), logger, outcome_timeout_ms };
  const stripe = randomInt(STRIPES);
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    running ??= runAll();
  }

  async function runAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, MOST_UNITS);
      await runBatch(batch);
      if (batch.length > 1 && queue.length < GATHERED && !stopping) await sleep(GATHER_MS);
    }
    // In the same step as the look at the queue: what is submitted after it starts anew.
    running = undefined;
  }

  async function runBatch(batch: Waiting[]): Promise<void> {
    if (batch.length > 1) {
      try {
        return await runTogether(batch);
      } catch (error) {
        if (isOutage(error)) {
          for (const { reject } of batch) reject(faultOf(error));
          return;
        }
        logger.info({ err: error, units: batch.length }, 'a batch is run again one by one');
      }
    }
    for (const waiting of batch) await runAlone(waiting);
  }

  async function runTogether(batch: Waiting[]): Promise<void> {
    const units = batch.map(({ unit }) => unit);
    for (const [index, outcome] of (await commitBatch(context, units, stripe)).entries()) {
      batch[index]?.resolve(outcome);
    }
  }

  async function runAlone(waiting: Waiting): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runTogether([waiting]);
      } catch (error) {
        if (!isRace(error) || attempt >= ATTEMPTS) return waiting.reject(faultOf(error));
        // Jittered, or those who met once meet again.
        await sleep(Math.random() * RETRY_BASE_MS * 2 ** attempt);
      }
    }
  }

  return {
    submit(unit) {
      return new Promise((resolve, reject) => {
        if (stopping) throw fault('UNAVAILABLE', 'The service is stopping. Try again in a moment.');
        if (queue.length >= MOST_WAITING) {
          throw fault('RESOURCE_EXHAUSTED', 'Too many payments at once. Try again in a moment.');
        }
        queue.push({ unit: prepareUnit(unit), resolve, reject });
        if (running === undefined) timer ??= setTimeout(start, LINGER_MS);
      });
    },
    status: () => ({ waiting: queue.length }),
    async stop() {
      stopping = true;
      start();
      await running;
    },
  };
}

/** Unique violation, serialization failure, deadlock: somebody else was first. Decided again, the unit sees what they did. */
function isRace(error: unknown): boolean {
  return error instanceof postgres.PostgresError && ['23505', '40001', '40P01'].includes(error.code);
}

function faultOf(error: unknown): unknown {
  return error instanceof Fault ? error : (databaseFault(error) ?? error);
}

/** Whether each unit by itself would fail in the same way. */
function isOutage(error: unknown): boolean {
  const known = faultOf(error);
  return known instanceof Fault && known.reason === 'UNAVAILABLE';
}
