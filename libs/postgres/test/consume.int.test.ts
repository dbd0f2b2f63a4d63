import { newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { createEvent, type EventOf } from '@florin/proto/events';
import { claimNats } from '@florin/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { consume, type EventConsumer, type EventHandlers, inbox, type Tx } from '../src/index.js';
import { openNats, publish, readStream, user_id } from './fixtures/events.js';
import { notes } from './fixtures/schema.js';
import { serviceDatabase, silent } from './fixtures/service-database.js';

type Updated = EventOf<'florin.banking.balance.updated.v1'>;

const WAIT = { timeout: 15_000, interval: 20 };
const account_id = newId('acc');

let database: Awaited<ReturnType<typeof serviceDatabase>>;
let natsUrl: string;
let nats: NatsConnection;

beforeEach(async () => {
  database = await serviceDatabase('consume');
  natsUrl = await claimNats();
  nats = await openNats(natsUrl);
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: 'FLORIN_BANKING', subjects: ['florin.banking.>'] });
});

afterEach(async () => {
  await nats.close();
  await database.drop();
});

function event(sequence: number, aggregate = account_id): Updated {
  const time = new Date();
  return createEvent({
    id: newId('evt'),
    type: 'florin.banking.balance.updated.v1',
    subject: aggregate,
    sequence: BigInt(sequence),
    time,
    data: { account_id: aggregate, user_id, as_of: time.toISOString() },
  });
}

const send = (sent: Updated) => publish(nats, sent.type, JSON.stringify(sent));

/** What the handlers of these tests do: they note the event's sequence. */
async function note(tx: Tx, received: Updated): Promise<void> {
  await tx
    .insert(notes)
    .values({ note_id: newId('note'), body: received.subject, amount_minor: BigInt(received.sequence) });
}

const noted = async () =>
  (
    await database.sql<{ amount: number }[]>`select amount_minor::int as amount from notes order by note_id`
  ).map((row) => row.amount);

function start(handler: (tx: Tx, received: Updated) => Promise<void> = note): EventConsumer {
  const handlers: EventHandlers = { 'florin.banking.balance.updated.v1': handler };
  const consumer = consume({
    database,
    nats_url: natsUrl,
    domain: 'banking',
    durable: 'test_banking',
    handlers,
    logger: silent,
  });
  onTestFinished(() => consumer.stop());
  return consumer;
}

async function settled(): Promise<void> {
  const manager = await jetstreamManager(nats);
  const left = async () => {
    const { num_pending, num_ack_pending } = await manager.consumers.info('FLORIN_BANKING', 'test_banking');
    return num_pending + num_ack_pending;
  };
  await expect.poll(() => left().catch(() => -1), WAIT).toBe(0);
}

describe('a consumer', () => {
  it('handles each event in its order', async () => {
    const consumer = start();
    for (let sequence = 1; sequence <= 30; sequence++) await send(event(sequence));
    await settled();
    expect(await noted()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(consumer.status()).toEqual({ consuming: true });
  });

  it('handles an event that is delivered twice once', async () => {
    const twice = event(1);
    await send(twice);
    await send(twice);
    await send(event(2));
    start();
    await settled();
    expect(await noted()).toEqual([1, 2]);
  });

  it('drops an event that is older than what it knows of the aggregate', async () => {
    await send(event(1));
    await send(event(3));
    await send(event(2));
    await send(event(1, newId('acc')));
    start();
    await settled();
    expect(await noted()).toEqual([1, 3, 1]);
  });

  it('keeps nothing of an attempt that failed, and tries again', async () => {
    let attempts = 0;
    await send(event(1));
    start(async (tx, received) => {
      await note(tx, received);
      attempts++;
      if (attempts < 3) throw new Error('not yet');
    });
    await settled();
    expect(attempts).toBe(3);
    expect(await noted()).toEqual([1]);
  });

  it('puts an event that can never be handled aside, says why, and goes on', async () => {
    const poison = event(1);
    let attempts = 0;
    await send(poison);
    await publish(nats, poison.type, 'not json');
    await publish(nats, poison.type, JSON.stringify({ ...event(2), data: {} }));
    await send(event(3));
    start(async (tx, received) => {
      if (received.id === poison.id) {
        attempts++;
        throw fault('FAILED_PRECONDITION', 'Never.');
      }
      await note(tx, received);
    });
    await settled();
    expect(attempts).toBe(5);
    expect(await noted()).toEqual([3]);
    const manager = await jetstreamManager(nats);
    const { state } = await manager.streams.info('FLORIN_DEAD_LETTER', { subjects_filter: '>' });
    expect(state.subjects).toEqual({ [`florin_dead_letter.test_banking.${poison.type}`]: 3 });
    const dead = await manager.streams.getMessage('FLORIN_DEAD_LETTER', { seq: 1 });
    expect(dead?.json<Updated>().id).toBe(poison.id);
    expect(dead?.header.get('Florin-Reason')).toBe('FAILED_PRECONDITION');
    expect(dead?.header.get('Florin-Consumer')).toBe('test_banking');
  });

  it('waits while something is unavailable, in order, and puts nothing aside', async () => {
    let down = true;
    let attempts = 0;
    await send(event(1));
    await send(event(2));
    start(async (tx, received) => {
      attempts++;
      if (down) throw fault('PROVIDER_UNAVAILABLE', 'Try again later.');
      await note(tx, received);
    });
    await expect.poll(() => attempts, WAIT).toBeGreaterThan(5);
    down = false;
    await settled();
    expect(await noted()).toEqual([1, 2]);
    await expect(readStream(nats, 'FLORIN_DEAD_LETTER')).rejects.toThrow();
  });

  it('handles each event once where several processes consume', async () => {
    for (let index = 0; index < 4; index++) start();
    for (let sequence = 1; sequence <= 40; sequence++) await send(event(sequence));
    await settled();
    expect(await noted()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('remembers for a week what it handled', async () => {
    const [old, young] = [newId('evt'), newId('evt')];
    for (const [event_id, days] of [
      [old, 8],
      [young, 6],
    ] as const) {
      const received_at = new Date(Date.now() - days * 24 * 3_600_000);
      await database.db.insert(inbox).values({ consumer: 'test_banking', event_id, received_at });
    }
    const sent = event(1);
    await send(sent);
    start();
    const remembered = async () =>
      (await database.db.select().from(inbox)).map((row) => row.event_id).toSorted();
    await expect.poll(remembered, WAIT).toEqual([young, sent.id].toSorted());
  });

  it('leaves what it has no handler for', async () => {
    await publish(nats, 'florin.banking.something.new.v9', 'whatever a newer service says');
    await send(event(1));
    start();
    await settled();
    expect(await noted()).toEqual([1]);
  });

  it('gives back what it is retrying when it stops, for the next process', async () => {
    let attempts = 0;
    await send(event(1));
    const first = start(async () => {
      attempts++;
      throw fault('UNAVAILABLE', 'Try again later.');
    });
    await expect.poll(() => attempts, WAIT).toBeGreaterThan(0);
    await first.stop();
    start();
    await expect.poll(noted, WAIT).toEqual([1]);
  });

  it('waits for a stream that does not exist yet', async () => {
    const manager = await jetstreamManager(nats);
    await manager.streams.delete('FLORIN_BANKING');
    const consumer = start();
    expect(consumer.status()).toEqual({ consuming: false });
    await manager.streams.add({ name: 'FLORIN_BANKING', subjects: ['florin.banking.>'] });
    await send(event(1));
    await expect.poll(noted, WAIT).toEqual([1]);
  });
});
