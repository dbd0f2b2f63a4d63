import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@florin/chassis';
import { claimNats, freePort, startNats, until } from '@florin/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createReplicaBus, MAX_MESSAGE_BYTES, type ReplicaBus } from '../../src/nats/replica-bus.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const open: ReplicaBus[] = [];
afterEach(async () => {
  for (const bus of open.splice(0)) await bus.close();
});

function start(url: string): ReplicaBus {
  const bus = createReplicaBus({ url, logger });
  open.push(bus);
  return bus;
}

async function pair(): Promise<[ReplicaBus, ReplicaBus]> {
  const url = await claimNats();
  const both: [ReplicaBus, ReplicaBus] = [start(url), start(url)];
  await until(() => expect(both.every(({ connected }) => connected)).toBe(true));
  return both;
}

describe('the bus of the replicas', () => {
  it('tells every replica once, also the one that speaks', async () => {
    const [a, b] = await pair();
    const heard: [string, unknown][] = [];
    a.subscribe('news', (payload) => void heard.push(['a', payload]));
    b.subscribe('news', (payload) => void heard.push(['b', payload]));
    // A subscription is known to the server a moment after it was made: asked until it is.
    b.subscribe('there', () => true);
    await until(async () => expect(await a.request('there', null, 1_000)).toBe(true));
    a.publish('news', { n: 1 });
    a.publish('news', { n: 2 });
    await until(() => expect(heard).toHaveLength(4));
    expect(heard.filter(([who]) => who === 'a')).toEqual([
      ['a', { n: 1 }],
      ['a', { n: 2 }],
    ]);
    expect(heard.filter(([who]) => who === 'b')).toEqual([
      ['b', { n: 1 }],
      ['b', { n: 2 }],
    ]);
  });

  it('answers a request here or elsewhere, and says at once that nobody listens', async () => {
    const [a, b] = await pair();
    const end = b.subscribe('who', (payload) => ({ b: payload }));
    await until(async () => expect(await a.request('who', 1, 1_000)).toEqual({ b: 1 }));
    a.subscribe('who', () => undefined);
    expect(await a.request('who', 2, 1_000)).toEqual({ b: 2 });
    end();
    const begun = performance.now();
    expect(await a.request('nobody', 2, 30_000)).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(15_000);
  });

  it('serves this replica while there is no NATS', async () => {
    const bus = start('nats://127.0.0.1:1');
    const heard: unknown[] = [];
    const end = bus.subscribe('news', (payload) => {
      heard.push(payload);
      return 'here';
    });
    bus.publish('news', 1);
    expect(await bus.request('news', 2, 1_000)).toBe('here');
    end();
    bus.publish('news', 3);
    expect(await bus.request('news', 4, 1_000)).toBeUndefined();
    expect(heard).toEqual([1, 2]);
    expect(bus.connected).toBe(false);
  });

  it('goes on when NATS was away for a while', { timeout: 60_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'florin-replica-bus-'));
    const port = await freePort();
    let server = await startNats({ dir, port });
    const [a, b] = [start(server.url), start(server.url)];
    a.subscribe('who', () => undefined);
    b.subscribe('who', () => 'b');
    await until(async () => expect(await a.request('who', null, 1_000)).toBe('b'));
    await server.stop();
    await until(() => expect(a.connected).toBe(false));
    a.publish('who', 'nobody hears it, and nobody is kept waiting');
    expect(await a.request('who', null, 30_000)).toBeUndefined();
    server = await startNats({ dir, port });
    await until(async () => expect(await a.request('who', null, 1_000)).toBe('b'));
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('refuses what is too large and what is no topic, before anybody hears of it', async () => {
    const bus = start('nats://127.0.0.1:1');
    const heard: unknown[] = [];
    bus.subscribe('news', (payload) => void heard.push(payload));
    expect(() => bus.publish('news', 'x'.repeat(MAX_MESSAGE_BYTES))).toThrow(RangeError);
    expect(() => bus.subscribe('a.>', () => undefined)).toThrow(RangeError);
    expect(heard).toEqual([]);
  });

  it('goes on when a listener fails', async () => {
    const bus = start('nats://127.0.0.1:1');
    const heard: unknown[] = [];
    bus.subscribe('news', () => {
      throw new Error('no');
    });
    bus.subscribe('news', (payload) => void heard.push(payload));
    bus.publish('news', 1);
    expect(heard).toEqual([1]);
  });
});
