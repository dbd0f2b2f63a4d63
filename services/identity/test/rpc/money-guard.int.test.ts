import {
  type Actor,
  type Context,
  createLogger,
  createMetrics,
  createMoneyGuard,
  createServiceTokens,
  createVerifier,
  defineMoneyOperation,
  loadConfig,
  type MoneyGuard,
  moneyConfig,
  moneyInput,
  moneyOutput,
  newId,
  type ServiceTokens,
} from '@florin/chassis';
import { fault } from '@florin/faults';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decide } from '../support/approvals.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf, limit } from '../support/limits.js';

/** The guard of a service that moves money, as it meets this identity. */
let identity: IdentityUnderTest;
let tokens: ServiceTokens;
let guard: MoneyGuard;
const logger = createLogger({ name: 'test', level: 'silent' });
const now = () => new Date();

const made: { approval_id: string | undefined; screening: string }[] = [];
let failure: Error | undefined;

const spend = defineMoneyOperation<object>()({
  name: 'spend_toy',
  title: 'Spend',
  description: 'Spends.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({ amount: z.string(), ...moneyInput }),
  output: z.strictObject({ status: z.enum(['succeeded', 'approval_required']), ...moneyOutput }),
  prepare: async ({ amount }) => ({
    plan: undefined,
    object_id: newId('pay'),
    total: { amount, currency: 'USD' },
    arguments: { amount },
    summary: [{ label: 'Amount', text: `${amount} USD` }],
    source_id: 'wal_1',
    destination_id: 'wal_2',
  }),
  async run(_plan, { approval_id, screening }) {
    if (failure !== undefined) throw failure;
    made.push({ approval_id, screening });
    return { status: 'succeeded' as const };
  },
  replay: async () => ({ status: 'succeeded' as const, replayed: true }),
});

beforeAll(async () => {
  identity = await startIdentityUnderTest('money_guard');
  const identity_address = identity.grpc_address;
  tokens = createServiceTokens({ service: 'payments', secret: 'secret-of-payments', identity_address, now });
  guard = createMoneyGuard({
    config: {
      ...loadConfig(moneyConfig, { UNSCREENED_LIMITS: 'USD=1000.00/100000.00' }),
      IDENTITY_ADDRESS: identity_address,
    },
    keys: { find: async () => undefined },
    feed: { silentMs: () => 0 },
    tokens,
    metrics: createMetrics('toy'),
    logger,
  });
});
afterAll(async () => {
  await guard?.close();
  tokens?.close();
  await identity?.stop();
});

let people = 0;
let actor: Actor;
let agent_id: string;
beforeEach(async () => {
  failure = undefined;
  people += 1;
  const email = `person${people}@example.com`;
  const signedIn = await agentOf(identity, email);
  agent_id = signedIn.agent_id;
  await limit(identity, agent_id, { per_transaction: 100_00, per_day: 150_00 });
  const verify = createVerifier({
    issuer: identity.url,
    jwks_url: `${identity.url}/mesh/jwks.json`,
    revocations: { check: async () => undefined },
    now,
  });
  const { access_token } = await identity.signIn(email);
  actor = await verify(await identity.exchange(access_token));
});

function call(amount: string, fields: { idempotency_key?: string; approval_id?: string } = {}) {
  const input = { amount, idempotency_key: newId('key'), ...fields };
  const context = { actor, now: now(), signal: new AbortController().signal, logger } as Context<object>;
  return guard.call(spend, input, context) as Promise<{ status: string; approval?: { approval_id: string } }>;
}

async function states(): Promise<string[]> {
  const rows = await identity.sql<{ state: string }[]>`
    select state from limit_reservations where user_id =
      (select user_id from agents where limits_set_at is not null order by limits_set_at desc limit 1)
    order by created_at`;
  return rows.map(({ state }) => state);
}

describe('the guard of a service', () => {
  it('spends within the limits of the agent, and gives back what was refused', async () => {
    expect(actor).toMatchObject({ agent_id, limits: true });
    failure = fault('INSUFFICIENT_FUNDS', 'There is not enough.');
    await expect(call('100.00')).rejects.toMatchObject({ reason: 'INSUFFICIENT_FUNDS' });
    expect(await states()).toEqual(['released']);
    failure = undefined;
    expect(await call('100.00')).toEqual({ status: 'succeeded' });
    expect(await call('50.01')).toMatchObject({ status: 'approval_required' });
    expect(await call('50.00')).toEqual({ status: 'succeeded' });
  });

  it('goes beyond the limits once the person has agreed at the page, to this and nothing else', async () => {
    const fields = { idempotency_key: newId('key') };
    const asked = await call('120.00', fields);
    expect(asked).toMatchObject({ status: 'approval_required' });
    expect(await states()).toEqual([]);
    const approval_id = asked.approval?.approval_id ?? '';
    expect(await call('120.00', { ...fields, approval_id })).toMatchObject({ status: 'approval_required' });
    await decide(identity, actor.user_id, approval_id, 'granted');
    await expect(call('121.00', { ...fields, approval_id })).rejects.toMatchObject({
      reason: 'APPROVAL_MISMATCH',
    });
    expect(await call('120.00', { ...fields, approval_id })).toEqual({ status: 'succeeded' });
    expect(made.at(-1)).toEqual({ approval_id, screening: 'unscreened' });
    await expect(call('120.00', { approval_id })).rejects.toMatchObject({ reason: 'APPROVAL_USED' });
  });
});
