import { until } from '@florin/testkit';
import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, callOf, connect, post } from './support/clients.js';
import { everything, startToyMesh, type ToyMesh, tokenFor } from './support/toy-mesh.js';
import { type ToyService, toyOffer } from './support/toy-service.js';

let mesh: ToyMesh;
let client: Client;
let toy: ToyService;

/** A service beside the toy, that shows one thing. */
const otherOffer = {
  operations: toyOffer.operations
    .filter(({ name }) => name === 'say_hello')
    .map((operation) => ({ ...operation, name: 'say_hello_too' })),
  resources: [],
  prompts: [],
};

beforeEach(async () => {
  mesh = await startToyMesh({ toy: toyOffer, other: otherOffer });
  client = await connect(`${mesh.url}/mcp`, everything);
  toy = mesh.toys.toy as ToyService;
});
afterEach(async () => {
  await client.close();
  await mesh.stop();
});

const call = (name: string, args: Record<string, unknown> = {}) => client.callTool({ name, arguments: args });
const failure = async (name: string, args?: Record<string, unknown>) => {
  const { isError, structuredContent } = await call(name, args);
  return isError ? (structuredContent as { error: Record<string, unknown> }).error : undefined;
};
const statusOf = async (name: string) => {
  const { structuredContent } = await call('get_mesh_status');
  const { services } = structuredContent as { services: { name: string; status: string }[] };
  return services.find((service) => service.name === name);
};
/** Until so many slow operations have begun. */
const begun = (count: number) => until(() => expect(toy.deps.begun).toBe(count));

describe('a service that is down', () => {
  it('costs its own calls only, stays listed, is told as down, and is back by itself', async () => {
    const { tools } = await client.listTools();
    await toy.kill();
    await until(async () => expect(await statusOf('toy')).toMatchObject({ status: 'down' }));

    expect(await failure('add_note', { note: 'milk' })).toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      details: { service: 'toy' },
    });
    expect((await call('say_hello_too', { name: 'Ada' })).structuredContent).toEqual({
      greeting: 'Hello Ada',
    });
    expect((await client.listTools()).tools).toEqual(tools);
    await expect(client.readResource({ uri: 'notes://me/list' })).rejects.toMatchObject({
      code: -32603,
      data: { error: { reason: 'UNAVAILABLE' } },
    });

    await toy.restart();
    await until(async () => expect(await failure('add_note', { note: 'milk' })).toBeUndefined());
    await until(async () =>
      expect(await statusOf('toy')).toMatchObject({ status: 'up', version: '1.2.3', mode: 'simulated' }),
    );
  });

  it('is refused at once when it has been gone for a while', async () => {
    await toy.kill();
    await until(
      async () => {
        const began = performance.now();
        expect(await failure('add_note', { note: 'milk' })).toMatchObject({ reason: 'UNAVAILABLE' });
        expect(performance.now() - began).toBeLessThan(100);
      },
      { timeout: 20_000 },
    );
  });

  it('shows what it came to show while it was away', async () => {
    // One that keeps no list for its ttlMs, as those of 2026-07-28 do.
    const old = await connect(`${mesh.url}/mcp`, everything, 'legacy');
    await toy.kill();
    await toy.restart({ ...toyOffer, prompts: [] });
    await until(async () => expect((await old.listPrompts()).prompts).toEqual([]));
    await old.close();
  });
});

describe('a stream that breaks under a call', () => {
  it('has a read made once more', async () => {
    const result = call('read_slowly');
    await begun(1);
    await toy.kill();
    await toy.restart();
    await begun(2);
    toy.openGate();
    expect((await result).structuredContent).toEqual({ count: 0 });
    expect(toy.seen).toHaveLength(2);
  });

  // proves: outcome-unknown
  it('never has a write made again: the caller is told that the outcome is unknown, and how to find out', async () => {
    const result = failure('add_note_slowly', { note: 'milk' });
    await begun(1);
    await toy.kill();
    await toy.restart();
    expect(await result).toMatchObject({
      code: 'UNKNOWN',
      reason: 'OUTCOME_UNKNOWN',
      retryable: false,
      message: expect.stringContaining('before you repeat it'),
    });
    expect(await failure('add_note', { note: 'eggs' })).toBeUndefined();
    expect(toy.deps.notes).toEqual(['milk', 'eggs']);
  });

  it('has a write with an idempotency key made once more, and takes effect once', async () => {
    const result = call('pay', { idempotency_key: 'k1' });
    await begun(1);
    await toy.kill();
    await toy.restart();
    expect((await result).structuredContent).toEqual({ payment_id: 'pay_1', replayed: true });
    expect(toy.deps.payments.size).toBe(1);
  });

  it('leaves a keyed write unknown where the service does not come back, and says to use the key', async () => {
    const result = failure('pay', { idempotency_key: 'k1' });
    await begun(1);
    await toy.kill();
    expect(await result).toMatchObject({
      reason: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('same idempotency_key'),
    });
  });
});

describe('a service that is replaced', () => {
  it('finishes what it has, and loses no call', async () => {
    const slow = call('add_note_slowly', { note: 'milk' });
    await begun(1);
    const drained = toy.drain();
    await until(async () => expect(await statusOf('toy')).toMatchObject({ status: 'down' }));
    toy.openGate();
    expect((await slow).structuredContent).toMatchObject({ note_id: 'note_1' });
    await drained;
    await toy.restart();
    await until(async () => expect(await failure('add_note', { note: 'eggs' })).toBeUndefined());
  });
});

describe('a service that is replaced under load', () => {
  it('leaves no call in doubt', { timeout: 120_000 }, async () => {
    const authorization = `Bearer ${everything}`;
    let stopped = false;
    let done = 0;
    const reasons = new Set<unknown>();
    const hammer = async () => {
      while (!stopped) {
        const body = callOf('add_note', { note: 'milk' });
        const { result } = await answerOf(await post(`${mesh.url}/mcp`, body, { authorization }));
        if (result?.isError)
          reasons.add((result.structuredContent as { error: { reason: string } }).error.reason);
        else done += 1;
      }
    };
    const hammers = Array.from({ length: 16 }, hammer);
    for (let round = 0; round < 3; round++) {
      const before = done;
      await until(() => expect(done).toBeGreaterThan(before + 100), { timeout: 30_000 });
      await toy.drain();
      await toy.restart();
    }
    stopped = true;
    await Promise.all(hammers);
    expect([...reasons].filter((reason) => reason !== 'UNAVAILABLE')).toEqual([]);
    expect(toy.deps.notes).toHaveLength(done);
  });
});

describe('while identity is down', () => {
  it('who is known goes on, and who is not is told to come back, not to sign in', async () => {
    await mesh.identity.stop();
    expect(await failure('add_note', { note: 'milk' })).toBeUndefined();
    const authorization = `Bearer ${tokenFor('profile:write')}`;
    const refused = await post(`${mesh.url}/mcp`, callOf('add_note', { note: 'milk' }), { authorization });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect((await answerOf(refused)).error?.data?.error).toMatchObject({ retryable: true });

    await mesh.identity.restart();
    await until(
      async () => {
        const again = await post(`${mesh.url}/mcp`, callOf('add_note', { note: 'milk' }), { authorization });
        expect(again.status).toBe(200);
      },
      { timeout: 20_000 },
    );
  });
});
