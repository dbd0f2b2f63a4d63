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

/** Transactions of one writer at a time: while one waits for the disk, the other is decided. */
const LANES = 2;
const MOST_UNITS = 128;
const MOST_WAITING = 4_096;
/** So long a unit waits for others to share its transaction. A commit waits for the disk longer than that. */
const LINGER_MS = 2;
/** Stripes of the house's accounts. Writers that happen to share one wait for each other, no more. */
const STRIPES = 16;
/** For a unit that is run by itself and meets others that change the same. */
const ATTEMPTS = 5;
const RETRY_BASE_MS = 10;

interface WriterOptions {
  sql: RawSql;
  logger: Logger;
  /** After each commit: the relay's nudge. */
  committed?: () => void;
}

interface Waiting {
  unit: PreparedUnit;
  resolve(outcome: UnitOutcome): void;
  reject(error: unknown): void;
}

/**
 * The one way in which ledger, payments, refunds, keys and outbox change. Units that arrive together share a transaction: a
 * commit costs a wait for the disk, whatever it holds. Of a batch that fails each unit is run again by itself.
 */
export function createLedgerWriter({ sql, logger, committed }: WriterOptions): LedgerWriter {
  const context: CommitContext = { sql, house: createHouseAccounts(sql), logger };
  const firstStripe = randomInt(STRIPES);
  const queue: Waiting[] = [];
  const free = Array.from({ length: LANES }, (_, lane) => (firstStripe + lane) % STRIPES);
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  function take(): void {
    clearTimeout(timer);
    timer = undefined;
    while (queue.length > 0) {
      const stripe = free.shift();
      if (stripe === undefined) return;
      const run = runBatch(queue.splice(0, MOST_UNITS), stripe).finally(() => {
        running.delete(run);
        free.push(stripe);
        if (queue.length > 0) take();
      });
      running.add(run);
    }
  }

  async function runBatch(batch: Waiting[], stripe: number): Promise<void> {
    if (batch.length > 1) {
      try {
        return await runTogether(batch, stripe);
      } catch (error) {
        if (isOutage(error)) {
          for (const { reject } of batch) reject(faultOf(error));
          return;
        }
        logger.info({ err: error, units: batch.length }, 'a batch is run again one by one');
      }
    }
    for (const waiting of batch) await runAlone(waiting, stripe);
  }

  async function runTogether(batch: Waiting[], stripe: number): Promise<void> {
    const units = batch.map(({ unit }) => unit);
    for (const [index, outcome] of (await commitBatch(context, units, stripe)).entries()) {
      batch[index]?.resolve(outcome);
    }
    committed?.();
  }

  async function runAlone(waiting: Waiting, stripe: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await runTogether([waiting], stripe);
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
        if (queue.length >= MOST_UNITS) take();
        else timer ??= setTimeout(take, LINGER_MS);
      });
    },
    status: () => ({ waiting: queue.length, running: running.size }),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      take();
      while (running.size > 0) await Promise.all(running);
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
