import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { type Logger, pino } from 'pino';
import { PlaidControl } from './control/plaid-control.js';
import { createControlServer } from './control/server.js';
import type { Status } from './control/status.js';
import { createMetrics, type Listening, listen } from './edge.js';
import { type FaultInput, FaultSwitches, type SandboxFault } from './faults.js';
import { type Credentials, createPlaidServer, ENDPOINTS } from './plaid/server.js';
import { type PlaidState, readState } from './plaid/state.js';
import { WebhookSender } from './plaid/webhooks.js';
import { World } from './plaid/world.js';

export interface SandboxOptions {
  /** 127.0.0.1 where absent. */
  host?: string;
  /** 0, the default, takes any free port. */
  ports?: { control?: number; plaid?: number };
  /** The same seed gives the same people and the same transactions. */
  seed?: string;
  now?: () => Date;
  /** Where state survives a restart; in memory only where absent. */
  dataDir?: string;
  /** Where a browser reaches the Plaid stand-in, if not at its own host and port. */
  plaid_public_url?: string;
  /** The only Plaid client there is; any is taken where absent. */
  plaid_credentials?: Credentials;
  /** How long after an Item is made its last 30 days, and all of its history, are there. At once where absent. */
  initial_update_ms?: number;
  historical_update_ms?: number;
  log?: Logger;
}

export interface SandboxControl {
  /** Switches a fault on and answers it with its id. */
  setFault(fault: FaultInput): SandboxFault;
  /** Switches one fault off, or all. Answers how many were on. */
  clearFaults(id?: string): number;
  status(): Status;
  plaid: PlaidControl;
}

export interface Sandbox {
  control_url: string;
  plaid_url: string;
  control: SandboxControl;
  /** Ends requests within `timeout_ms` (2,000 where absent), retries and timers. */
  stop(timeout_ms?: number): Promise<void>;
}

const POLL_EVERY_MS = 60_000;

/** Starts the stand-ins and their control server in this process. Throws where a port is taken or the state unreadable. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const now = options.now ?? (() => new Date());
  const seed = options.seed ?? 'florin';
  const log = options.log ?? pino({ level: 'silent' });
  const data_dir = options.dataDir;
  const state = (data_dir === undefined ? undefined : readState(data_dir)) ?? (await emptyState(now));
  const faults = new FaultSwitches();
  const plaid_metrics = createMetrics('plaid');
  const sender = new WebhookSender({
    key: state.signing_key,
    faults,
    now,
    log,
    onSettled: (outcome) => plaid_metrics.webhooks.inc({ state: outcome }),
  });
  const initial_update_ms = options.initial_update_ms ?? 0;
  const historical_update_ms = options.historical_update_ms ?? initial_update_ms;
  const world = new World({ state, seed, now, data_dir, sender, initial_update_ms, historical_update_ms });
  // The key must not be another after a restart before the first Item is made.
  world.save();

  let public_url = '';
  const plaid = await listen({ host, port: options.ports?.plaid ?? 0, variable: 'PLAID_PORT' }, (port) => {
    public_url = options.plaid_public_url ?? `http://${reachable(host)}:${port}`;
    const call = { world, faults, signing_key: state.signing_key, public_url };
    return createPlaidServer({ call, credentials: options.plaid_credentials, metrics: plaid_metrics, log });
  });
  const started_at = now().toISOString();
  const plaid_control = new PlaidControl(world);
  const status = (): Status => ({
    providers: [{ name: 'Plaid', url: public_url, endpoints: ENDPOINTS.map((endpoint) => endpoint.path) }],
    seed,
    started_at,
    data_dir: data_dir ?? null,
    faults: faults.list(),
    items: plaid_control.items(),
    webhooks: sender
      .recent()
      .map(({ body, url, state, attempts }) => ({ webhook_code: body.webhook_code, url, state, attempts })),
  });
  let control: Listening;
  try {
    const port = options.ports?.control ?? 0;
    control = await listen({ host, port, variable: 'SANDBOX_PORT' }, () =>
      createControlServer({ faults, plaid: plaid_control, status, metrics: createMetrics('control'), log }),
    );
  } catch (error) {
    await plaid.stop(0);
    throw error;
  }
  const poll = setInterval(() => world.pollAll(), POLL_EVERY_MS).unref();

  return {
    control_url: `http://${reachable(host)}:${control.port}`,
    plaid_url: `http://${reachable(host)}:${plaid.port}`,
    control: {
      setFault: (fault) => faults.set(fault),
      clearFaults: (id) => faults.clear(id),
      status,
      plaid: plaid_control,
    },
    async stop(timeout_ms = 2_000) {
      clearInterval(poll);
      sender.close();
      await Promise.all([plaid.stop(timeout_ms), control.stop(timeout_ms)]);
      world.save();
    },
  };
}

/** An address to connect to, for a host to listen on. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
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
