import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { Logger } from 'pino';
import { createMetrics, type Listening, listen } from '../edge.js';
import type { Faults } from '../faults.js';
import { type Credentials, createPlaidServer } from './server.js';
import { type PlaidState, readState } from './state.js';
import { WebhookSender } from './webhooks.js';
import { World } from './world.js';

export interface PlaidStandInOptions {
  host: string;
  port: number;
  seed: string;
  now: () => Date;
  data_dir: string | undefined;
  /** Where a browser reaches it, for the port that it got. */
  publicUrl: (port: number) => string;
  credentials: Credentials | undefined;
  initial_update_ms: number;
  historical_update_ms: number;
  faults: Faults;
  log: Logger;
}

export interface PlaidStandIn extends Listening {
  world: World;
  sender: WebhookSender;
  public_url: string;
}

const POLL_EVERY_MS = 60_000;

export async function startPlaid(options: PlaidStandInOptions): Promise<PlaidStandIn> {
  const { host, port, seed, now, data_dir, faults, log } = options;
  const { initial_update_ms, historical_update_ms } = options;
  const state = (data_dir === undefined ? undefined : readState(data_dir)) ?? (await emptyState(now));
  const metrics = createMetrics('plaid');
  const sender = new WebhookSender({
    key: state.signing_key,
    faults,
    now,
    log,
    onSettled: (outcome) => metrics.webhooks.inc({ state: outcome }),
  });
  const world = new World({ state, seed, now, data_dir, sender, initial_update_ms, historical_update_ms });
  // The key must not be another after a restart before the first Item is made.
  world.save();
  const { serve, ...listening } = await listen({ host, port, variable: 'PLAID_PORT' });
  const public_url = options.publicUrl(listening.port);
  const call = { world, faults, signing_key: state.signing_key, public_url };
  serve(createPlaidServer({ call, credentials: options.credentials, metrics, log }));
  const poll = setInterval(() => world.pollAll(), POLL_EVERY_MS).unref();
  return {
    world,
    sender,
    public_url,
    port: listening.port,
    async stop(timeout_ms) {
      clearInterval(poll);
      sender.close();
      await listening.stop(timeout_ms);
      world.save();
    },
  };
}

async function emptyState(now: () => Date): Promise<PlaidState> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { x = '', y = '', d = '' } = await exportJWK(privateKey);
  return {
    version: 1,
    signing_key: {
      kid: randomUUID(),
      created_at_ms: now().getTime(),
      private_jwk: { kty: 'EC', crv: 'P-256', x, y, d },
    },
    people: {},
    items: [],
    link_tokens: [],
    public_tokens: [],
  };
}
