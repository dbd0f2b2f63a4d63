import {
  createPageTokens,
  createServiceTokens,
  followRevocations,
  type PageTokens,
  type ReadinessCheck,
  type RevocationFeed,
  type revocationConfig,
  type ServiceTokens,
  type StartContext,
  type statefulConfig,
} from '@florin/chassis';
import type { z } from 'zod';
import { consume, type EventHandlers } from './consume.js';
import { createDatabase, type Database } from './database.js';
import { type KeyRing, parseKeyRing } from './key-ring.js';
import { pageTokenKey } from './page-token-key.js';
import { prepareSchema } from './prepare-schema.js';
import { startRelay } from './relay.js';

type StateContext = StartContext<z.infer<typeof statefulConfig>>;
type PeerContext = StartContext<z.infer<typeof statefulConfig> & z.infer<typeof revocationConfig>>;
type Stop = () => Promise<void> | void;

/** What every service with state has: keys, a migrated database, a relay that publishes its outbox. */
export interface ServiceState {
  ring: KeyRing;
  database: Database;
  pageTokens: PageTokens;
  /** NATS is no condition: without it events wait in the outbox. */
  checks: { postgres: ReadinessCheck };
  /** To be ended last: what still runs may write. */
  stop: readonly Stop[];
}

/** @param migrations made by `drizzle-kit generate` */
export async function openState(
  service: string,
  { config, logger, metrics, now }: StateContext,
  migrations: URL,
): Promise<ServiceState> {
  const ring = parseKeyRing(config.FIELD_KEYS);
  await prepareSchema({ config, folder: migrations, logger });
  const database = createDatabase({ url: config.DATABASE_URL, application_name: service, logger });
  const relay = startRelay({ database, nats_url: config.NATS_URL, domain: service, logger, metrics, now });
  return {
    ring,
    database,
    pageTokens: createPageTokens(pageTokenKey(ring, service)),
    checks: { postgres: () => database.ping() },
    stop: [() => relay.stop(), () => database.close()],
  };
}

/** What a service has besides, that is vouched for by identity: tokens of its own, and what was revoked. */
export interface MeshPeer {
  tokens: ServiceTokens;
  revocations: RevocationFeed;
  /** Handles the events of a domain, until the service stops. */
  consume(domain: string, handlers: EventHandlers): void;
  /** Nothing new comes in, then the service's own parts end, then what they used. */
  stopAround(own: readonly Stop[]): Stop[];
}

export function joinMesh(
  service: string,
  { config, logger, now }: PeerContext,
  { database, stop }: ServiceState,
): MeshPeer {
  const { NATS_URL: nats_url, IDENTITY_ADDRESS: identity_address, SERVICE_SECRET: secret } = config;
  const tokens = createServiceTokens({ service, secret, identity_address, now });
  const revocations = followRevocations({ service, nats_url, identity_address, tokens, logger });
  const incoming: Stop[] = [() => revocations.close()];
  return {
    tokens,
    revocations,
    consume(domain, handlers) {
      const durable = `${service}_${domain}`;
      const consumer = consume({ database, nats_url, domain, durable, handlers, logger, now });
      incoming.push(() => consumer.stop());
    },
    stopAround: (own) => [...incoming, ...own, () => tokens.close(), ...stop],
  };
}
