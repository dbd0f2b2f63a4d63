import { setTimeout as sleep } from 'node:timers/promises';
import { fault, fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Logger } from './logger.js';
import { createNatsLink } from './nats-link.js';
import { KnownRevocations, type Revocation, type Revocations } from './revocations.js';
import { channelOptions, type ServiceTokens } from './service-token.js';

/** Outside of `florin.identity.>`: what goes there is kept in a stream, and heartbeats are not worth keeping. */
export const REVOCATIONS_SUBJECT = 'florin_revocations';

const message = z.object({
  /** One process of identity, from its start to its end. */
  publisher: z.string().min(1).max(64),
  /** 1, 2, 3, …: a gap tells that a message was lost. */
  sequence: z.int().positive(),
  /** What has changed since the message before; mostly nothing. */
  revocations: z.array(z.object({ id: z.string().max(64), changed_at_ms: z.int() })).max(1_000),
});

/** What identity says four times a second: that it lives, and what was revoked. */
export type RevocationMessage = z.infer<typeof message>;

export interface RevocationFeed extends Revocations {
  /** For how long identity's heartbeat has not come. */
  silentMs(): number;
  close(): Promise<void>;
}

const DEADLINE_MS = 2_000;
const RECONNECT_WAIT_MS = 500;
const MAX_PUBLISHERS = 100;

interface FeedOptions {
  /** The process that listens, e.g. "banking". */
  service: string;
  nats_url: string;
  identity_address: string;
  tokens: Pick<ServiceTokens, 'get'>;
  logger: Logger;
}

/**
 * Learns what identity revokes from its messages on NATS. What was missed is asked for by RPC; without NATS everything is,
 * at most once a second and only while calls come in.
 */
export function followRevocations(options: FeedOptions): RevocationFeed {
  const { service, nats_url, logger } = options;
  const identity = createRevocationsClient(options);
  const known = new KnownRevocations(identity.list);
  const nats = createNatsLink({ url: nats_url, name: `${service} revocations`, logger });
  const lastOf = new LRUCache<string, number>({ max: MAX_PUBLISHERS });
  const closed = new AbortController();
  /** Whether every message since the last catching up has come. */
  let unbroken = false;
  let breaks = 0;
  let catchingUp = false;
  /** By the clock that nobody sets. */
  let heard_at_ms = Number.NEGATIVE_INFINITY;

  async function catchUp(): Promise<void> {
    if (catchingUp) return;
    catchingUp = true;
    const breaks_before = breaks;
    try {
      await known.reloadAnew();
      unbroken = breaks === breaks_before;
    } catch (error) {
      logger.debug({ err: error }, 'revocations cannot be asked for now');
    } finally {
      catchingUp = false;
    }
  }

  function receive(json: unknown): void {
    const { publisher, sequence, revocations } = message.parse(json);
    known.learn(revocations);
    heard_at_ms = performance.now();
    if (sequence !== (lastOf.get(publisher) ?? 0) + 1) {
      unbroken = false;
      breaks += 1;
    }
    lastOf.set(publisher, sequence);
    if (unbroken) known.isComplete();
    else void catchUp();
  }

  async function listen(): Promise<void> {
    const connection = await nats.connection();
    for await (const received of connection.subscribe(REVOCATIONS_SUBJECT)) {
      try {
        receive(received.json());
      } catch (error) {
        logger.warn({ err: error }, 'a message of the revocation feed cannot be read');
      }
    }
  }

  async function run(): Promise<void> {
    while (!closed.signal.aborted) {
      await listen().catch((error) => logger.debug({ err: error }, 'no revocation feed yet'));
      await sleep(RECONNECT_WAIT_MS, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    check: (grounds) => known.check(grounds),
    silentMs: () => performance.now() - heard_at_ms,
    async close() {
      closed.abort();
      await nats.close();
      await running;
      identity.close();
    },
  };
}

function createRevocationsClient({ identity_address, tokens }: FeedOptions) {
  const client = new florin.identity.v1.Tokens(
    identity_address,
    credentials.createInsecure(),
    channelOptions,
  );
  return {
    async list(): Promise<Revocation[]> {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${await tokens.get()}`);
      return new Promise((resolve, reject) => {
        client.ListRevocations({}, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
          if (error !== null) reject(fromGrpcError(error));
          else if (response === undefined) reject(fault('INTERNAL', 'Identity answered nothing.'));
          else {
            resolve(
              response.revocations.map(({ id, changed_at_ms }) => ({
                id,
                changed_at_ms: Number(changed_at_ms),
              })),
            );
          }
        });
      });
    },
    close: () => client.close(),
  };
}
