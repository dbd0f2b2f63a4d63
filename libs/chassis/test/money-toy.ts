import { fault } from '@florin/faults';
import { amountSchema, currencySchema, parseAmount } from '@florin/money';
import type { TestIssuer } from '@florin/testkit';
import { z } from 'zod';
import {
  createDoor,
  createLogger,
  createMetrics,
  createMoneyGuard,
  createServiceTokens,
  createTracing,
  createVerifier,
  defineMoneyOperation,
  type KeyRecord,
  KeyTaken,
  loadConfig,
  moneyConfig,
  moneyInput,
  moneyOutput,
  newId,
  type Permit,
  systemClock,
} from '../src/index.js';

/** What the toy has paid, in the place of a database; two processes may share it. */
export class ToyStore {
  readonly payments = new Map<string, { permit: Permit; amount: string }>();
  readonly keys = new Map<string, KeyRecord>();
  /** Who was paid before. */
  readonly payees = new Set<string>();
  /** Resolves when a test lets payments be made. */
  gate: Promise<void> = Promise.resolve();
  /** What happens in the place of the next payment. */
  failure: Error | undefined;

  /** As a transaction with a unique index does. */
  commit(payment_id: string, permit: Permit, amount: string): void {
    const key = keyOf(permit);
    if (this.keys.has(key)) throw new KeyTaken();
    this.keys.set(key, { input_hash: permit.input_hash, object_id: payment_id });
    this.payments.set(payment_id, { permit, amount });
  }

  async find(call: Pick<Permit, 'user_id' | 'operation' | 'idempotency_key'>) {
    return this.keys.get(keyOf(call));
  }
}

function keyOf({
  user_id,
  operation,
  idempotency_key,
}: Pick<Permit, 'user_id' | 'operation' | 'idempotency_key'>) {
  return `${user_id} ${operation} ${idempotency_key}`;
}

interface ToyDeps {
  store: ToyStore;
}

const pay = defineMoneyOperation<ToyDeps>()({
  name: 'pay_toy',
  title: 'Pay',
  description: 'Pays somebody.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({
    to: z
      .string()
      .max(60)
      .describe('Whom.')
      .meta({ examples: ['ben'] }),
    amount: amountSchema,
    currency: currencySchema,
    ...moneyInput,
  }),
  output: z.strictObject({
    status: z.enum(['succeeded', 'held', 'declined', 'approval_required']),
    payment_id: z.string().optional(),
    screening: z.string().optional(),
    ...moneyOutput,
  }),

  async prepare({ to, amount, currency }, { deps }) {
    parseAmount(amount, currency);
    if (to === 'nobody') throw fault('NOT_FOUND', 'There is no such payee.');
    const payment_id = newId('pay');
    return {
      plan: { payment_id, amount },
      object_id: payment_id,
      total: { amount, currency },
      arguments: { payee_id: to, amount, currency },
      summary: [{ label: 'To', text: to }],
      source_id: 'wal_source',
      destination_id: to,
      payee: { payee_id: to, known: deps.store.payees.has(to) },
      ...(to === 'new-account' && { always_ask: 'a new withdrawal account' }),
    };
  },

  async run({ payment_id, amount }, permit, { deps: { store } }) {
    await store.gate;
    if (store.failure !== undefined) throw store.failure;
    store.commit(payment_id, permit, amount);
    const { screening } = permit;
    const isMade = screening === 'approved' || screening === 'unscreened';
    return { status: isMade ? ('succeeded' as const) : screening, payment_id, screening, replayed: false };
  },

  async replay(payment_id) {
    return { status: 'succeeded' as const, payment_id, replayed: true };
  },
});

export const moneyOffer = { operations: [pay], resources: [], prompts: [] };

/** One process of a toy service that moves money, with connections of its own. */
export function moneyToy(
  issuer: TestIssuer,
  store: ToyStore,
  options: { env?: Record<string, string>; silentMs?: () => number } = {},
) {
  const log: string[] = [];
  const logger = createLogger({ name: 'toy', level: 'debug' }, { write: (line) => log.push(line) });
  const metrics = createMetrics('toy');
  const { identity_address } = issuer;
  const tokens = createServiceTokens({
    service: 'payments',
    secret: 'x',
    identity_address,
    now: systemClock,
  });
  const guard = createMoneyGuard({
    config: { ...loadConfig(moneyConfig, options.env ?? {}), IDENTITY_ADDRESS: identity_address },
    keys: store,
    feed: { silentMs: options.silentMs ?? (() => 0) },
    tokens,
    metrics,
    logger,
  });
  const door = createDoor({
    offer: moneyOffer,
    deps: { store },
    verify: createVerifier({ ...issuer, revocations: { check: async () => undefined }, now: systemClock }),
    now: systemClock,
    logger,
    metrics: metrics.calls,
    tracing: createTracing('toy', undefined),
    guard,
  });
  return {
    log,
    metrics,
    async pay(args: object, mesh_token: string, signal = new AbortController().signal) {
      const result = await door.call({
        kind: 'tool',
        name: 'pay_toy',
        arguments: args,
        mesh_token,
        request_id: 'req_1',
        traceparent: '',
        signal,
        progress() {},
      });
      return JSON.parse(result) as z.output<typeof pay.output>;
    },
    async close() {
      await guard.close();
      tokens.close();
    },
  };
}
