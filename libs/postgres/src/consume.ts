import { type Clock, createNatsLink, type Logger, systemClock } from '@florin/chassis';
import { asFault } from '@florin/faults';
import { type EventOf, type EventType, readEvent } from '@florin/proto/events';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream';
import { headers, nanos } from '@nats-io/nats-core';
import { backoff } from './backoff.js';
import type { Database, Tx } from './database.js';
import { databaseFault } from './database-fault.js';
import { pruneInbox, receive } from './inbox.js';
import { createPause } from './pause.js';
import { DEAD_LETTER_SUBJECT, deadLetterStream, ensureStream, streamOf } from './streams.js';
import { transaction } from './transaction.js';

/** How often an event is tried whose failure is its own and not an outage's. */
const ATTEMPTS = 5;
/**
 * So long after the last sign of life from whoever handles an event the server delivers it again. An ack that was lost with
 * a connection holds up all later events for that time, so it is short.
 */
const ACK_WAIT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 2_000;
const GIVE_BACK_DELAY_MS = 1_000;
/** An event that comes again later than this is older than the last one known of its aggregate. */
const REMEMBER_MS = 7 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 60_000;
/** An outage is logged when it begins and about every minute and a half that it lasts. */
const LOG_EVERY = 20;

/** What a consumer does for each type of event, in the transaction that records the event as handled. */
export type EventHandlers = {
  [T in EventType]?: (tx: Tx, event: EventOf<T>) => Promise<void>;
};

interface ConsumeOptions {
  database: Database;
  nats_url: string;
  /** Whose events: the publishing service's domain. */
  domain: string;
  /** The consumer's name, at the server and in the inbox: `<service>_<domain>`. Another name reads all from the start. */
  durable: string;
  handlers: EventHandlers;
  logger: Logger;
  now?: Clock;
}

export interface ConsumerStatus {
  /** To NATS, with the stream and the consumer there. */
  consuming: boolean;
}

export interface EventConsumer {
  status(): ConsumerStatus;
  /** Ends after the event in hand; one that is being retried is given back. */
  stop(): Promise<void>;
}

/** Whether the failure is an outage's: then the event waits for its end, for as long as that takes. */
function isOutage(error: unknown): boolean {
  return (databaseFault(error) ?? asFault(error)).retryable;
}

/**
 * Handles the events of one domain, exactly once in effect: each in one transaction with its record in the inbox. They
 * are handled strictly one after the other, over all processes of the service, so that an event which has to be retried
 * is never overtaken by a later one of the same aggregate. An event that can never be handled goes to the dead-letter
 * stream, after five attempts and with an error in the log; where something is unavailable the consumer waits instead.
 */
export function consume(options: ConsumeOptions): EventConsumer {
  const { database, domain, durable, logger, now = systemClock } = options;
  const nats = createNatsLink({ url: options.nats_url, name: durable, logger });
  const pause = createPause();
  const handlers = options.handlers as Partial<Record<string, (tx: Tx, event: EventOf) => Promise<void>>>;
  let stopping = false;
  let messages: ConsumerMessages | undefined;
  let prunedAt = 0;

  async function subscribe(): Promise<ConsumerMessages> {
    const client = jetstream(await nats.connection(), { timeout: REQUEST_TIMEOUT_MS });
    const manager = await client.jetstreamManager(false);
    await manager.consumers.add(streamOf(domain), {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: 1,
    });
    const consumer = await client.consumers.get(streamOf(domain), durable);
    return consumer.consume({
      max_messages: 16,
      idle_heartbeat: 1_000,
      expires: 10_000,
      abort_on_missing_resource: true,
    });
  }

  async function deadLetter(message: JsMsg, error: unknown): Promise<void> {
    const { reason } = asFault(error);
    const client = jetstream(await nats.connection(), { timeout: REQUEST_TIMEOUT_MS });
    await ensureStream(await client.jetstreamManager(false), deadLetterStream);
    const about = headers();
    about.set('Florin-Consumer', durable);
    about.set('Florin-Reason', reason);
    about.set('Florin-Stream-Sequence', String(message.seq));
    await client.publish(`${DEAD_LETTER_SUBJECT}.${durable}.${message.subject}`, message.data, {
      msgID: `${durable} ${message.seq}`,
      headers: about,
    });
    logger.error(
      { err: error, subject: message.subject, stream_sequence: message.seq },
      'event put aside as dead letter',
    );
  }

  async function work(message: JsMsg): Promise<void> {
    // A type without a handler is not even parsed: most of a domain's events concern few of its consumers.
    const handler = handlers[message.subject];
    if (handler === undefined) return;
    const event = readEvent(message.json());
    if (event === undefined) return;
    await transaction(database.db, async (tx) => {
      if (await receive(tx, durable, event, now())) await handler(tx, event);
    });
  }

  /** @returns false where it was given up because the consumer stops */
  async function settle(message: JsMsg): Promise<boolean> {
    let attempts = 0;
    let waits = 0;
    while (!stopping) {
      try {
        await work(message);
        return true;
      } catch (error) {
        if (isOutage(error)) {
          if (waits % LOG_EVERY === 0) {
            logger.warn(
              { err: error, subject: message.subject, waits },
              'event waits: something is unavailable',
            );
          }
          waits++;
        } else {
          attempts++;
          if (attempts === ATTEMPTS) {
            await deadLetter(message, error);
            return true;
          }
        }
      }
      await pause.for(backoff(attempts + waits));
    }
    return false;
  }

  async function prune(): Promise<void> {
    const time_ms = now().getTime();
    if (time_ms - prunedAt < PRUNE_EVERY_MS) return;
    prunedAt = time_ms;
    await pruneInbox(database.sql, durable, new Date(time_ms - REMEMBER_MS)).catch((error: unknown) =>
      logger.warn({ err: error, durable }, 'the inbox was not pruned'),
    );
  }

  async function handle(message: JsMsg): Promise<void> {
    const signOfLife = setInterval(() => message.working(), ACK_WAIT_MS / 4);
    try {
      if (await settle(message)) message.ack();
      // Not at once: the server would hand it to what this process asked for before it closed.
      else message.nak(GIVE_BACK_DELAY_MS);
    } finally {
      clearInterval(signOfLife);
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping) {
      try {
        messages = await subscribe();
        failures = 0;
        for await (const message of messages) {
          await handle(message);
          await prune();
        }
      } catch (error) {
        if (failures % LOG_EVERY === 0) logger.warn({ err: error, durable }, 'events cannot be consumed now');
        failures++;
      }
      await messages?.close();
      messages = undefined;
      if (!stopping) await pause.for(backoff(failures));
    }
  }

  const running = run();
  return {
    status: () => ({ consuming: messages !== undefined && nats.connected }),
    async stop() {
      stopping = true;
      pause.end();
      await messages?.close();
      await running;
      await nats.close();
    },
  };
}
