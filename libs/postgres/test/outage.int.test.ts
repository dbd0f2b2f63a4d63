import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@florin/chassis';
import { asFault } from '@florin/faults';
import {
  freePort,
  provisionDatabase,
  type RunningServer,
  startNats,
  startPostgres,
  testDirectory,
} from '@florin/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consume, createDatabase, type Database, migrate, startRelay } from '../src/index.js';
import { commitEvent, openNats, readStream } from './fixtures/events.js';
import { notes } from './fixtures/schema.js';
import { migrations, silent } from './fixtures/service-database.js';

const ACCOUNTS = Array.from({ length: 4 }, () => newId('acc'));
const WAIT = { timeout: 40_000, interval: 50 };
const TEST_TIMEOUT_MS = 90_000;
/** Of each account: a load, and not more than a consumer keeps up with on a busy machine. */
const WRITE_INTERVAL_MS = 25;

let postgres: RunningServer;
let nats: RunningServer;
let database: Database;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  const dir = await testDirectory();
  const [postgresPort, natsPort] = [await freePort(), await freePort()];
  [postgres, nats] = await Promise.all([
    // Durable, unlike the run's shared one: a killed server has to come back with all that was committed.
    startPostgres({ data_dir: `${dir}/data`, port: postgresPort, log_file: `${dir}/log`, password: 'test' }),
    startNats({ dir: `${dir}/nats`, port: natsPort }),
  ]);
  const { url, owner_url } = await provisionDatabase(postgres.url, { name: 'banking', password: 'test' });
  await migrate({ owner_url, folder: migrations, logger: silent });
  database = createDatabase({ url, application_name: 'outage', logger: silent });
  const links = { database, nats_url: nats.url, domain: 'banking', logger: silent };
  const relay = startRelay(links);
  const consumer = consume({
    ...links,
    durable: 'test_banking',
    handlers: {
      'florin.banking.balance.updated.v1': async (tx, event) => {
        const note = { note_id: newId('note'), body: event.subject, amount_minor: BigInt(event.sequence) };
        await tx.insert(notes).values(note);
      },
    },
  });
  stops = [() => consumer.stop(), () => relay.stop(), () => database.close()];
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await Promise.all([postgres.stop(), nats.stop()]);
});

/** Commits events of several accounts at once until told to stop. @returns the reasons of the failures on the way */
function write(): { stop(): Promise<string[]> } {
  let writing = true;
  const reasons: string[] = [];
  const writers = ACCOUNTS.map(async (account) => {
    while (writing) {
      try {
        await commitEvent(database, account);
      } catch (error) {
        reasons.push(asFault(error).reason);
      }
      await sleep(WRITE_INTERVAL_MS);
    }
  });
  return {
    async stop() {
      writing = false;
      await Promise.all(writers);
      return reasons;
    },
  };
}

async function countOf(table: 'outbox' | 'notes'): Promise<number> {
  const [row] = await database.sql<
    { rows: number }[]
  >`select count(*)::int as rows from ${database.sql(table)}`;
  return row?.rows ?? -1;
}

/** Every committed event was handled once, in its order, and stored once in the stream, in its order. */
async function expectNothingLost(): Promise<void> {
  const committed = await countOf('outbox');
  await expect.poll(() => countOf('notes').catch(() => -1), WAIT).toBe(committed);
  const connection = await openNats(nats.url);
  const stored = await readStream(connection, 'FLORIN_BANKING');
  await connection.close();
  expect(new Set(stored.map((event) => event.id)).size).toBe(committed);
  for (const account of ACCOUNTS) {
    const handled = await database.sql<{ sequence: number }[]>`
      select amount_minor::int as sequence from notes where body = ${account} order by note_id`;
    const expected = handled.map((_, index) => index + 1);
    expect(handled.map((row) => row.sequence)).toEqual(expected);
    const published = stored
      .filter((event) => event.subject === account)
      .map((event) => Number(event.sequence));
    expect([...new Set(published)]).toEqual(expected);
  }
}

it(
  'loses, repeats and reorders no event when NATS is killed and restarted while they are written',
  async () => {
    const writing = write();
    await expect.poll(() => countOf('notes'), WAIT).toBeGreaterThan(20);
    for (let round = 0; round < 2; round++) {
      await nats.kill();
      const before = await countOf('outbox');
      await expect.poll(() => countOf('outbox'), WAIT).toBeGreaterThan(before + 50);
      const handled = await countOf('notes');
      await nats.restart();
      await expect.poll(() => countOf('notes'), WAIT).toBeGreaterThan(handled + 20);
    }
    expect(await writing.stop()).toEqual([]);
    await expectNothingLost();
  },
  TEST_TIMEOUT_MS,
);

it(
  'answers UNAVAILABLE while Postgres restarts under load, recovers by itself, and loses no event',
  async () => {
    const writing = write();
    await expect.poll(() => countOf('notes'), WAIT).toBeGreaterThan(20);
    for (const end of [() => postgres.restart(), () => postgres.kill().then(() => postgres.restart())]) {
      await end();
      const handled = async () => countOf('notes').catch(() => -1);
      await expect.poll(handled, WAIT).toBeGreaterThan(0);
      const before = await handled();
      await expect.poll(handled, WAIT).toBeGreaterThan(before + 20);
    }
    const reasons = await writing.stop();
    expect(reasons.length).toBeGreaterThan(0);
    expect(new Set(reasons)).toEqual(new Set(['UNAVAILABLE']));
    await expectNothingLost();
  },
  TEST_TIMEOUT_MS,
);
