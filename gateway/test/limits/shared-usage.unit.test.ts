import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedUsage } from '../../src/limits/shared-usage.js';

// Minutes are played through, tick by tick: that takes as long as the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Buses of replicas in one process, with the delay of a network between them. */
function buses(count: number, delay_ms = 5, lose: (from: number, to: number) => boolean = () => false) {
  const listeners = Array.from({ length: count }, () => new Set<(payload: unknown) => unknown>());
  return listeners.map((own, from) => ({
    replica: `replica-${from}`,
    connected: true,
    publish(_topic: string, payload: unknown) {
      const copy: unknown = JSON.parse(JSON.stringify(payload));
      listeners.forEach((other, to) => {
        if (from === to || lose(from, to)) return;
        setTimeout(() => {
          for (const listener of other) listener(copy);
        }, delay_ms);
      });
    },
    subscribe(_topic: string, listener: (payload: unknown) => unknown) {
      own.add(listener);
      return () => void own.delete(listener);
    },
  }));
}

async function replicas(count: number, delay_ms?: number) {
  const started = buses(count, delay_ms).map((bus) => new SharedUsage(bus));
  // They have found each other.
  await vi.advanceTimersByTimeAsync(3_000);
  return started;
}

function tryOnce(usage: SharedUsage | undefined, limit: number, name = 'key'): number {
  if (usage === undefined || !usage.room(name, limit).free) return 0;
  usage.use(name);
  return 1;
}

describe('a limit at one replica', () => {
  it('lets exactly so many through, and says when the next may come', async () => {
    const [usage] = await replicas(1);
    let passed = 0;
    for (let request = 0; request < 150; request += 1) passed += tryOnce(usage, 100);
    expect(passed).toBe(100);
    const { wait_ms = 0 } = usage?.room('key', 100) ?? {};
    await vi.advanceTimersByTimeAsync(wait_ms + 1);
    expect(tryOnce(usage, 100)).toBe(1);
  });

  it('never lets more through in any minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 150 }),
        async (limit, gaps_ms) => {
          const [usage] = await replicas(1);
          const passed_ms: number[] = [];
          for (const gap_ms of gaps_ms) {
            await vi.advanceTimersByTimeAsync(gap_ms);
            if (tryOnce(usage, limit) === 1) passed_ms.push(performance.now());
          }
          usage?.close();
          for (const from_ms of passed_ms) {
            const inMinute = passed_ms.filter((at_ms) => at_ms >= from_ms && at_ms < from_ms + 60_000);
            expect(inMinute.length).toBeLessThanOrEqual(limit);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts each subject for itself, and follows a limit that its owner changes', async () => {
    const [usage] = await replicas(1);
    expect(tryOnce(usage, 1, 'a')).toBe(1);
    expect(tryOnce(usage, 1, 'a')).toBe(0);
    expect(tryOnce(usage, 1, 'b')).toBe(1);
    expect(tryOnce(usage, 2, 'a')).toBe(1);
  });
});

// proves: limits-hold-across-replicas
describe('a limit over many replicas', () => {
  it.each([
    [2, 100],
    [2, 1_000],
    [3, 100],
    [5, 600],
  ])('of %i holds within a tenth of %i, however it is hammered', async (count, limit) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: count, maxLength: count }),
        fc.integer({ min: 1, max: 80 }),
        async (perTick, delay_ms) => {
          const all = await replicas(count, delay_ms);
          let passed = 0;
          // Ten seconds of hammering, by each as fast as it does.
          for (let tick = 0; tick < 500; tick += 1) {
            all.forEach((usage, index) => {
              for (let request = 0; request < (perTick[index] ?? 0); request += 1) {
                passed += tryOnce(usage, limit);
              }
            });
            await vi.advanceTimersByTimeAsync(20);
          }
          for (const usage of all) usage.close();
          const asked = perTick.reduce((sum, each) => sum + each, 0) * 500;
          expect(passed).toBeLessThanOrEqual(limit * 1.1);
          expect(passed).toBeGreaterThanOrEqual(Math.min(asked, limit) * 0.9);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is known to a replica that comes later', async () => {
    const [first, ...rest] = buses(2);
    if (first === undefined || rest[0] === undefined) throw new Error('no bus');
    const old = new SharedUsage(first);
    await vi.advanceTimersByTimeAsync(3_000);
    let passed = 0;
    for (let request = 0; request < 100; request += 1) passed += tryOnce(old, 100);
    const young = new SharedUsage(rest[0]);
    await vi.advanceTimersByTimeAsync(1_000);
    for (let request = 0; request < 100; request += 1) passed += tryOnce(young, 100);
    expect(passed).toBeLessThanOrEqual(110);
  });

  it('is parted among replicas that cannot hear each other: none of it is lost, none doubled', async () => {
    const all = buses(3, 5, () => !connected);
    let connected = true;
    const usages = all.map((bus) => new SharedUsage(bus));
    await vi.advanceTimersByTimeAsync(3_000);
    let passed = 0;
    const hammer = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        for (let request = 0; request < 5; request += 1) {
          for (const usage of usages) passed += tryOnce(usage, 100);
        }
        await vi.advanceTimersByTimeAsync(1_000);
      }
    };
    await hammer(5);
    connected = false;
    for (const bus of all) bus.connected = false;
    for (let minute = 0; minute < 4; minute += 1) {
      const before = passed;
      await hammer(62);
      expect(passed - before).toBeLessThanOrEqual(110);
      if (minute > 0) expect(passed - before).toBeGreaterThanOrEqual(90);
    }
    for (const usage of usages) usage.close();
  });

  it('says how long to wait where a part of it is used up, and nobody else can be heard', async () => {
    const [bus, other] = buses(2);
    if (bus === undefined || other === undefined) throw new Error('no bus');
    const usages = [new SharedUsage(bus), new SharedUsage(other)];
    await vi.advanceTimersByTimeAsync(3_000);
    bus.connected = false;
    other.connected = false;
    let passed = 0;
    for (let request = 0; request < 100; request += 1) passed += tryOnce(usages[0], 100);
    expect(passed).toBe(50);
    const { wait_ms = 0 } = usages[0]?.room('key', 100) ?? {};
    await vi.advanceTimersByTimeAsync(wait_ms - 1_000);
    expect(tryOnce(usages[0], 100)).toBe(0);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(tryOnce(usages[0], 100)).toBe(1);
    for (const usage of usages) usage.close();
  });

  it('is told to the others whatever the client is called', async () => {
    const [one, other] = await replicas(2);
    const client = `client https://app.test/${'x'.repeat(2_000)}`;
    let passed = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      for (let request = 0; request < 5; request += 1) {
        passed += tryOnce(one, 100, client) + tryOnce(other, 100, client);
      }
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(passed).toBeLessThanOrEqual(110);
    expect(passed).toBeGreaterThanOrEqual(90);
    one?.close();
    other?.close();
  });

  it('is all for one replica once the other has gone, and then not more than it', async () => {
    const [one, other] = await replicas(2);
    for (let request = 0; request < 10; request += 1) tryOnce(other, 100);
    await vi.advanceTimersByTimeAsync(500);
    other?.close();
    await vi.advanceTimersByTimeAsync(3_000);
    let passed = 0;
    for (let request = 0; request < 200; request += 1) passed += tryOnce(one, 100);
    expect(passed).toBe(90);
  });
});
