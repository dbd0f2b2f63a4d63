import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@florin/testkit';
import Stripe from 'stripe';
import { bundlePayments, type PaymentsProcess, startPaymentsProcess } from '../support/payments-process.js';
import { type Person, type Surroundings, startSurroundings } from '../support/surroundings.js';
import { startTestBanking, type TestBanking } from '../support/test-banking.js';

type Json = Record<string, unknown>;

/** Payments as a process that dies where it is told to, and is started again. */
export interface CrashWorld {
  around: Surroundings;
  banking: TestBanking;
  /** The stand-in, asked as Stripe is. */
  stripe: Stripe;
  tool(name: string, args: Json, person: Pick<Person, 'token'>): Promise<Json>;
  /** Delivers the provider's events of this object and type once more, each once. */
  deliver(object_id: string, type: string): Promise<void>;
  /** Waits until the check holds. @throws as soon as the process has died */
  wait(check: () => Promise<void>): Promise<void>;
  /** From now on points are written down. */
  record(): Promise<void>;
  /** The process dies at this point from now on. */
  dieAt(point: string): Promise<void>;
  /** Ends recording and waiting. @returns the points written down; undefined where the process has died */
  rest(): Promise<string[] | undefined>;
  /** Starts the process again that has died, after a minute in which nobody looked. */
  restart(): Promise<void>;
  log(): string;
  stop(): Promise<void>;
}

const WAIT_MS = 30_000;
const preload = new URL('preload.mjs', import.meta.url);
const now = () => new Date();

export async function startCrashWorld(name: string): Promise<CrashWorld> {
  const [main, banking] = await Promise.all([bundlePayments(), startTestBanking()]);
  const over = { BANKING_ADDRESS: banking.address, LOG_LEVEL: 'warn' };
  const around = await startSurroundings(name, { now, over });
  // What the provider tells comes when a scenario says so, or its statements would stand in another order each time.
  around.sandbox.control.stripe.holdWebhooks();
  const { hostname, port } = new URL(around.sandbox.stripe_url);
  const stripe = new Stripe(around.env.STRIPE_SECRET_KEY ?? '', {
    host: hostname,
    port,
    protocol: 'http',
    telemetry: false,
  });
  const start = () => startPaymentsProcess(main, around, { preload });
  let running: PaymentsProcess = await start();

  /** @returns what was answered; undefined where the process died instead */
  async function order(message: { order: string; point?: string }): Promise<string[] | undefined> {
    const { child, hasEnded, ended } = running;
    if (hasEnded()) return undefined;
    const answer = once(child, 'message').then(([said]) => (said as { points: string[] }).points);
    child.send(message, () => undefined);
    return Promise.race([answer, ended.then(() => undefined)]);
  }

  return {
    around,
    banking,
    stripe,
    tool: (called, args, person) => running.tool(called, args, person),
    async deliver(object_id, type) {
      for (const event of around.sandbox.control.stripe.events()) {
        if (event.object_id !== object_id || event.type !== type) continue;
        const { account } = event;
        const on = account === null ? {} : { stripeAccount: account };
        await post(around, await stripe.events.retrieve(event.id, {}, on));
      }
    },
    async wait(check) {
      const deadline = Date.now() + WAIT_MS;
      for (;;) {
        const failure = await check().catch((error: unknown) => error);
        if (failure === undefined) return;
        if (running.hasEnded() || Date.now() > deadline) throw failure;
        await sleep(10);
      }
    },
    record: async () => void (await order({ order: 'record' })),
    dieAt: async (point) => void (await order({ order: 'die', point })),
    rest: () => order({ order: 'rest' }),
    async restart() {
      await running.kill();
      around.sandbox.control.clearFaults();
      const { sql } = around;
      await until(() => sql`update payments set due_at = now() where due_at > now()`);
      await until(() => sql`update refunds set due_at = now() where due_at > now()`);
      running = await start();
    },
    log: () => running.log(),
    async stop() {
      await running.kill();
      banking.stop();
      await around.stop();
    },
  };
}

/** As Stripe does (https://docs.stripe.com/webhooks#verify-manually), but not again where it is not taken. */
async function post({ url, env }: Surroundings, event: Stripe.Event): Promise<void> {
  const body = JSON.stringify(event);
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', env.STRIPE_WEBHOOK_SECRET ?? '')
    .update(`${at}.${body}`)
    .digest('hex');
  const answer = await fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
    body,
  });
  if (!answer.ok) throw new Error(`the webhook was answered ${answer.status}`);
}
