import { newId } from '@florin/chassis';
import { claimNats, freePort, startNats, testClock, testDirectory } from '@florin/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addEvent, type Relay, startRelay, transaction } from '../src/index.js';
import { commitEvent, openNats, readStream, user_id } from './fixtures/events.js';
import { serviceDatabase, silent } from './fixtures/service-database.js';

let database: Awaited<ReturnType<typeof serviceDatabase>>;
let natsUrl: string;
let nats: NatsConnection;

beforeEach(async () => {
  database = await serviceDatabase('relay');
  natsUrl = await claimNats();
  nats = await openNats(natsUrl);
});

afterEach(async () => {
  await nats.close();
  await database.drop();
});

function start(options: { nats_url?: string; now?: () => Date } = {}): Relay {
  const relay = startRelay({ database, nats_url: natsUrl, domain: 'banking', logger: silent, ...options });
  onTestFinished(() => relay.stop());
  return relay;
}

async function unpublished(): Promise<number> {
  const [row] = await database.sql<{ waiting: number }[]>`
    select count(*)::int as waiting from outbox where published_at is null`;
  return row?.waiting ?? -1;
}

const WAIT = { timeout: 15_000, interval: 20 };

describe('the outbox', () => {
  it('numbers the events of each aggregate without gaps, whoever writes at the same time', async () => {
    const [one, two] = [newId('acc'), newId('acc')];
    await Promise.all(Array.from({ length: 40 }, (_, index) => commitEvent(database, index % 2 ? one : two)));
    const rows = await database.sql<{ subject: string; sequence: string }[]>`
      select event->>'subject' as subject, event->>'sequence' as sequence from outbox order by position`;
    for (const account of [one, two]) {
      const sequences = rows.filter((row) => row.subject === account).map((row) => Number(row.sequence));
      expect(sequences).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
  });

  it('holds no event of a transaction that was rolled back, and leaves no gap for it', async () => {
    const account_id = newId('acc');
    const failing = transaction(database.db, async (tx) => {
      const data = { account_id, user_id, as_of: new Date().toISOString() };
      await addEvent(
        tx,
        { type: 'florin.banking.balance.updated.v1', aggregate_id: account_id, data },
        new Date(),
      );
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await unpublished()).toBe(0);
    await commitEvent(database, account_id);
    const [row] = await database.sql`select event->>'sequence' as sequence from outbox`;
    expect(Number(row?.sequence)).toBe(1);
  });

  it('refuses data that breaks the schema of the event', async () => {
    const account_id = newId('acc');
    const failing = transaction(database.db, (tx) => {
      const data = { account_id: 'not an id', user_id, as_of: 'yesterday' };
      return addEvent(
        tx,
        { type: 'florin.banking.balance.updated.v1', aggregate_id: account_id, data },
        new Date(),
      );
    });
    await expect(failing).rejects.toThrow();
    expect(await unpublished()).toBe(0);
  });
});

describe('the relay', () => {
  it('publishes what was committed, once, in order per aggregate', async () => {
    const accounts = Array.from({ length: 3 }, () => newId('acc'));
    const relay = start();
    const ids: string[] = [];
    for (let index = 0; index < 90; index++) {
      ids.push(await commitEvent(database, accounts[index % 3] ?? ''));
      relay.nudge();
    }
    await expect.poll(unpublished, WAIT).toBe(0);
    const stored = await readStream(nats, 'FLORIN_BANKING');
    expect(stored.map((event) => event.id).toSorted()).toEqual(ids.toSorted());
    for (const account of accounts) {
      const sequences = stored
        .filter((event) => event.subject === account)
        .map((event) => Number(event.sequence));
      expect(sequences).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    }
    expect(relay.status()).toEqual({ connected: true, leads: true, oldest_unpublished_age_ms: 0 });
  });

  it('stores an event once though its publication was not recorded', async () => {
    const id = await commitEvent(database, newId('acc'));
    start();
    await expect.poll(unpublished, WAIT).toBe(0);
    await database.sql`update outbox set published_at = null`;
    await expect.poll(unpublished, WAIT).toBe(0);
    expect((await readStream(nats, 'FLORIN_BANKING')).map((event) => event.id)).toEqual([id]);
  });

  it('publishes from one process, and from another when that one stops', async () => {
    const first = start();
    await expect.poll(() => first.status().leads, WAIT).toBe(true);
    const second = start();
    await commitEvent(database, newId('acc'));
    await expect.poll(unpublished, WAIT).toBe(0);
    expect(second.status().leads).toBe(false);
    await first.stop();
    await commitEvent(database, newId('acc'));
    await expect.poll(unpublished, WAIT).toBe(0);
    expect(second.status().leads).toBe(true);
  });

  it('goes on after its session was ended', async () => {
    const relay = start();
    await expect.poll(() => relay.status().leads, WAIT).toBe(true);
    await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'banking relay' and datname = current_database()`;
    await commitEvent(database, newId('acc'));
    await expect.poll(unpublished, WAIT).toBe(0);
    expect(relay.status().leads).toBe(true);
  });

  it('makes its stream again where it was lost', async () => {
    start();
    await commitEvent(database, newId('acc'));
    await expect.poll(unpublished, WAIT).toBe(0);
    await (await jetstreamManager(nats)).streams.delete('FLORIN_BANKING');
    const id = await commitEvent(database, newId('acc'));
    await expect.poll(unpublished, WAIT).toBe(0);
    expect((await readStream(nats, 'FLORIN_BANKING')).map((event) => event.id)).toEqual([id]);
  });

  it('waits for a NATS that is down when it starts, and says how long events wait', async () => {
    const port = await freePort();
    const dir = `${await testDirectory()}/nats`;
    const relay = start({ nats_url: `nats://127.0.0.1:${port}` });
    await commitEvent(database, newId('acc'));
    await expect.poll(() => relay.status().oldest_unpublished_age_ms, WAIT).toBeGreaterThan(300);
    expect(relay.status().connected).toBe(false);
    const late = await startNats({ dir, port });
    onTestFinished(() => late.stop());
    await expect.poll(unpublished, WAIT).toBe(0);
    expect(relay.status()).toEqual({ connected: true, leads: true, oldest_unpublished_age_ms: 0 });
  });

  it('keeps published events for a week and unpublished ones for ever', async () => {
    const clock = testClock(new Date());
    const old = await commitEvent(database, newId('acc'));
    const young = await commitEvent(database, newId('acc'));
    await database.sql`update outbox set published_at = now() - interval '8 days' where event->>'id' = ${old}`;
    await database.sql`update outbox set published_at = now() - interval '6 days' where event->>'id' = ${young}`;
    start({ now: clock.now });
    const kept = async () => (await database.sql`select event->>'id' as id from outbox`).map((row) => row.id);
    await expect.poll(kept, WAIT).toEqual([young]);
  });
});
