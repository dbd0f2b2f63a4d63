import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bulkhead, type BulkheadLimits } from '../../src/mesh/bulkhead.js';

const limits: BulkheadLimits = {
  in_flight: 4,
  in_flight_per_client: 2,
  waiting: 6,
  waiting_per_client: 3,
  waiting_bytes: 1_000,
  wait_ms: 2_000,
};
const { signal } = new AbortController();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a bulkhead', () => {
  it('lets in at once while there is room', () => {
    const bulkhead = new Bulkhead('toy', limits);
    expect(bulkhead.enter('a', 0, signal)).toBeUndefined();
    expect(bulkhead.inFlight).toBe(1);
    bulkhead.leave('a');
    expect(bulkhead.inFlight).toBe(0);
  });

  it('serves clients in turns: one with many calls delays nobody else', async () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1, in_flight_per_client: 1 });
    const served: string[] = [];
    bulkhead.enter('first', 0, signal);
    for (const client of ['greedy', 'greedy', 'greedy', 'modest']) {
      void bulkhead.enter(client, 0, signal)?.then(() => served.push(client));
    }
    for (const client of ['first', 'greedy', 'modest', 'greedy']) {
      bulkhead.leave(client);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(served).toEqual(['greedy', 'modest', 'greedy', 'greedy']);
  });

  it('refuses a client that has too many, by saying so, and leaves room for others', () => {
    const bulkhead = new Bulkhead('toy', limits);
    for (let call = 0; call < 5; call += 1) bulkhead.enter('greedy', 0, signal)?.catch(() => undefined);
    expect(() => bulkhead.enter('greedy', 0, signal)).toThrow(/2 calls to toy under way and 3 waiting/);
    expect(bulkhead.enter('other', 0, signal)).toBeUndefined();
  });

  it('bounds the bytes that wait', () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    bulkhead.enter('a', 10_000, signal);
    bulkhead.enter('b', 900, signal)?.catch(() => undefined);
    expect(() => bulkhead.enter('c', 200, signal)).toThrow(/toy has too many calls at once/);
  });

  it('keeps nobody waiting for long, nor who has gone', async () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    bulkhead.enter('a', 0, signal);
    const late = bulkhead.enter('b', 0, signal)?.catch((error: { reason: string }) => error.reason);
    const leaving = new AbortController();
    const gone = bulkhead.enter('c', 0, leaving.signal)?.catch((error: { reason: string }) => error.reason);
    leaving.abort();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await late).toBe('RESOURCE_EXHAUSTED');
    expect(await gone).toBe('CANCELLED');
    expect(bulkhead.waiting).toBe(0);
  });

  it('never has more under way than allowed, and forgets nobody', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 120 }),
        async (steps) => {
          const bulkhead = new Bulkhead('toy', limits);
          const under: string[] = [];
          for (const [client, ends] of steps) {
            if (ends) {
              const [one] = under.splice(0, 1);
              if (one !== undefined) bulkhead.leave(one);
            } else {
              try {
                const turn = bulkhead.enter(client, 1, signal);
                if (turn === undefined) under.push(client);
                else turn.then(() => under.push(client)).catch(() => undefined);
              } catch {
                // Refused: there is no room to wait either.
              }
            }
            await vi.advanceTimersByTimeAsync(0);
            expect(under.length).toBe(bulkhead.inFlight);
            expect(under.length).toBeLessThanOrEqual(4);
            for (const each of ['a', 'b', 'c']) {
              expect(under.filter((one) => one === each).length).toBeLessThanOrEqual(2);
            }
          }
          while (under.length > 0) {
            bulkhead.leave(under.shift() ?? '');
            await vi.advanceTimersByTimeAsync(0);
          }
          expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
