import type { Logger } from 'pino';
import { createMetrics, type Listening, listen } from '../edge.js';
import type { Faults } from '../faults.js';
import { Journal } from './journal.js';
import { book } from './money/book.js';
import { settleDue } from './money/settle.js';
import { RequestLog } from './requests.js';
import { createStripeServer } from './server.js';
import { WebhookSender } from './webhooks.js';
import { CONFIGURED_ENDPOINT, World } from './world.js';

export interface StripeStandInOptions {
  host: string;
  port: number;
  now: () => Date;
  data_dir: string | undefined;
  /** Where a browser reaches it, for the port that it got. */
  publicUrl: (port: number) => string;
  secret_key: string;
  /** Where all events go, connected accounts' too; nowhere but to endpoints made over the API where absent. */
  webhook: { url: string; secret: string } | undefined;
  ach_settles_after_ms: number;
  payouts_arrive_after_ms: number;
  faults: Faults;
  log: Logger;
}

export interface StripeStandIn extends Listening {
  world: World;
  sender: WebhookSender;
  requests: RequestLog;
  public_url: string;
}

const SETTLE_EVERY_MS = 1_000;
const COMPACT_EVERY_MS = 3_600_000;
const OPENING_BALANCE_MINOR = 100_000_000;

export async function startStripe(options: StripeStandInOptions): Promise<StripeStandIn> {
  const { host, port, now, data_dir, faults, log } = options;
  const metrics = createMetrics('stripe');
  const sender = new WebhookSender({
    faults,
    now,
    log,
    onSettled: (outcome) => metrics.webhooks.inc({ state: outcome }),
  });
  const world = new World({
    now,
    journal: data_dir === undefined ? undefined : new Journal(data_dir),
    sender,
    ach_settles_after_ms: options.ach_settles_after_ms,
    payouts_arrive_after_ms: options.payouts_arrive_after_ms,
  });
  openBooks(world);
  configureWebhook(world, options.webhook);
  world.save();
  const { serve, ...listening } = await listen({ host, port, variable: 'STRIPE_PORT' });
  const public_url = options.publicUrl(listening.port);
  const requests = new RequestLog();
  const call = { world, faults, public_url };
  serve(createStripeServer({ call, secret_key: options.secret_key, requests, metrics, log }));
  const settle = setInterval(() => {
    settleDue(world);
    world.save();
  }, SETTLE_EVERY_MS).unref();
  const compact = setInterval(() => world.compact(), COMPACT_EVERY_MS).unref();
  return {
    world,
    sender,
    requests,
    public_url,
    port: listening.port,
    async stop(timeout_ms) {
      clearInterval(settle);
      clearInterval(compact);
      sender.close();
      await listening.stop(timeout_ms);
      world.save();
    },
  };
}

/** A platform that has traded before: withdrawals need money that is available. */
function openBooks(world: World): void {
  if (world.store.newest('balance_transaction').length > 0) return;
  for (const currency of ['usd', 'eur', 'gbp']) {
    book(world, {
      account: null,
      amount: OPENING_BALANCE_MINOR,
      currency,
      type: 'topup',
      reporting_category: 'topup',
      source: null,
      description: 'Opening balance of the sandbox',
      made_before_s: 30 * 86_400,
    });
  }
}

/** The configured endpoint is as if made in the dashboard: it hears of everything, and follows the configuration. */
function configureWebhook(world: World, webhook: { url: string; secret: string } | undefined): void {
  const known = world.store.get('webhook_endpoint', CONFIGURED_ENDPOINT);
  if (!webhook) {
    if (known) world.store.change(known, { status: 'disabled' });
    return;
  }
  const { url, secret } = webhook;
  if (known) {
    world.store.change(known, { url, status: 'enabled' }, { secret });
    return;
  }
  world.store.insert(
    'webhook_endpoint',
    {
      id: CONFIGURED_ENDPOINT,
      object: 'webhook_endpoint',
      api_version: null,
      application: null,
      created: world.now(),
      description: 'Configured',
      enabled_events: ['*'],
      livemode: false,
      metadata: {},
      status: 'enabled',
      url,
    },
    null,
    { secret },
  );
}
