import { type Clock, createNatsLink, type Logger, type Metrics, systemClock } from '@florin/chassis';
import type { EventOf } from '@florin/proto/events';
import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { backoff } from './backoff.js';
import type { Database } from './database.js';
import { createLeadership, type Leadership } from './leadership.js';
import { createPause } from './pause.js';
import { domainStream, ensureStream } from './streams.js';

const BATCH = 64;
const POLL_MS = 250;
const FOLLOWER_POLL_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 2_000;
const KEEP_PUBLISHED_MS = 7 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 60_000;
const PRUNE_BATCH = 1_000;
const PRUNE_ROUNDS = 100;

interface RelayOptions {
  database: Database;
  nats_url: string;
  /** Of the service: its events are florin.<domain>.…, in the stream FLORIN_<DOMAIN>. */
  domain: string;
  logger: Logger;
  now?: Clock;
  metrics?: Pick<Metrics, 'observe'>;
}

export interface RelayStatus {
  /** To NATS. */
  connected: boolean;
  /** Among the processes of this service, one publishes. */
  leads: boolean;
  /** Of the event that has waited longest; 0 when none waits. The number to alert on. */
  oldest_unpublished_age_ms: number;
}

export interface Relay {
  /** Says that something was committed. Without it an event leaves at the next poll, within 250 ms. */
  nudge(): void;
  status(): RelayStatus;
  /** Ends after the batch in hand. What is unpublished then stays for the next start. */
  stop(): Promise<void>;
}

interface Row {
  position: bigint;
  event: EventOf;
  created_at: Date;
}

/**
 * Publishes in order, one at a time per aggregate: were they all on their way at once, a lost one would be overtaken by
 * its successors. Aggregates go side by side.
 * @returns the positions that the stream has stored, and the first error
 */
async function publishBatch(
  stream: JetStreamClient,
  rows: Row[],
): Promise<{ stored: bigint[]; error?: unknown }> {
  const stored: bigint[] = [];
  const failures: unknown[] = [];
  const lanes = new Map<string, Row[]>();
  for (const row of rows) lanes.set(row.event.subject, [...(lanes.get(row.event.subject) ?? []), row]);
  const publishLane = async (lane: Row[]) => {
    try {
      for (const { position, event } of lane) {
        const options = { msgID: event.id, timeout: PUBLISH_TIMEOUT_MS };
        await stream.publish(event.type, JSON.stringify(event), options);
        stored.push(position);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all([...lanes.values()].map(publishLane));
  return failures.length > 0 ? { stored, error: failures[0] } : { stored };
}

/** Removes what was published a week ago, the oldest first. Looks at the oldest rows only: it costs the same every time. */
async function prune(session: Leadership['session'], before: Date): Promise<void> {
  for (let round = 0; round < PRUNE_ROUNDS; round++) {
    const { count } = await session`
      delete from outbox where position = any(array(
        select position from (
          select position, published_at from outbox order by position limit ${PRUNE_BATCH}
        ) as oldest where published_at < ${before}))`;
    if (count < PRUNE_BATCH) return;
  }
}

/**
 * Starts to publish the outbox to JetStream. Of several processes one does, the others stand by. Where NATS or Postgres is
 * down it waits and goes on later: an event is published at least once, under its id as Nats-Msg-Id.
 */
export function startRelay(options: RelayOptions): Relay {
  const { database, nats_url, domain, logger, metrics, now = systemClock } = options;
  const application_name = `${domain} relay`;
  const leadership = createLeadership({ url: database.url, lock: `relay ${domain}`, application_name });
  const nats = createNatsLink({ url: nats_url, name: application_name, logger });
  const pause = createPause();
  let stopping = false;
  let failures = 0;
  let leads = false;
  let streamIsReady = false;
  let oldest: Date | undefined;
  let prunedAt = 0;

  async function streamClient(): Promise<JetStreamClient> {
    const connection = await nats.connection();
    // While it reconnects, a publish waits out its timeout and is sent all the same when the connection is back.
    if (!nats.connected) throw new Error('NATS is not connected');
    const client = jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
    if (!streamIsReady) {
      await ensureStream(await client.jetstreamManager(false), domainStream(domain));
      streamIsReady = true;
    }
    return client;
  }

  /** @returns how long to wait for the next one; 0 where more is waiting */
  async function round(): Promise<number> {
    const { session } = leadership;
    leads = await leadership.claim();
    const rows = await session<Row[]>`
      select position, event, created_at from outbox
      where published_at is null order by position limit ${leads ? BATCH : 1}`;
    oldest = rows[0]?.created_at;
    if (!leads) return FOLLOWER_POLL_MS;
    if (rows.length > 0) {
      const { stored, error } = await publishBatch(await streamClient(), rows);
      await session`
        update outbox set published_at = ${now()} where position = any(${stored.map(String)}::bigint[])`;
      if (error !== undefined) throw error;
      oldest = undefined;
    }
    if (now().getTime() - prunedAt > PRUNE_EVERY_MS) {
      prunedAt = now().getTime();
      await prune(session, new Date(prunedAt - KEEP_PUBLISHED_MS));
    }
    return rows.length === BATCH ? 0 : POLL_MS;
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        const wait_ms = await round();
        if (failures > 0) logger.info({ failures }, 'events are being published again');
        failures = 0;
        if (wait_ms > 0) await pause.for(wait_ms);
      } catch (error) {
        failures++;
        streamIsReady = false;
        if (failures === 1) logger.warn({ err: error }, 'events wait: they cannot be published now');
        if (!stopping) await pause.for(backoff(failures));
      }
    }
  }

  const age_ms = () => (oldest === undefined ? 0 : Math.max(now().getTime() - oldest.getTime(), 0));
  metrics?.observe(
    'florin_outbox_lag_seconds',
    'Age of the oldest event that has not left yet, at the replica that publishes.',
    () => age_ms() / 1_000,
  );

  const running = run();
  return {
    nudge() {
      // While something is down, a busy service must not make the relay try at every commit.
      if (failures === 0) pause.end();
    },
    status: () => ({
      connected: nats.connected,
      leads,
      oldest_unpublished_age_ms: age_ms(),
    }),
    async stop() {
      stopping = true;
      pause.end();
      await running;
      await Promise.all([nats.close(), leadership.close()]);
    },
  };
}
