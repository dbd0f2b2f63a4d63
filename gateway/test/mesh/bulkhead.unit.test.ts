import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bulkhead, type BulkheadLimits } from '../../src/mesh/bulkhead.js';

const limits: BulkheadLimits = {
  in_flight: 4,
  in_flight_per_client: 2,
  in_flight_per_person: 3,
  waiting: 6,
  waiting_per_client: 3,
  waiting_per_person: 4,
  waiting_bytes: 1_000,
  wait_ms: 2_000,
};
const { signal } = new AbortController();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function leaveNext(bulkhead: Bulkhead, under: string[]): void {
  const one = under.shift() ?? '';
  bulkhead.leave(one, one);
}

describe('a bulkhead', () => {
  it('lets in at once while there is room', () => {
    const bulkhead = new Bulkhead('toy', limits);
    expect(bulkhead.enter('a', 'a', 0, signal)).toBeUndefined();
    expect(bulkhead.inFlight).toBe(1);
    bulkhead.leave('a', 'a');
    expect(bulkhead.inFlight).toBe(0);
  });

  it('serves clients in turns: one with many calls delays nobody else', async () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1, in_flight_per_client: 1 });
    const served: string[] = [];
    bulkhead.enter('first', 'first', 0, signal);
    for (const client of ['greedy', 'greedy', 'greedy', 'modest']) {
      void bulkhead.enter(client, client, 0, signal)?.then(() => served.push(client));
    }
    for (const client of ['first', 'greedy', 'modest', 'greedy']) {
      bulkhead.leave(client, client);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(served).toEqual(['greedy', 'modest', 'greedy', 'greedy']);
  });

  it('refuses a client that has too many, by saying so, and leaves room for others', () => {
    const bulkhead = new Bulkhead('toy', limits);
    for (let call = 0; call < 5; call += 1)
      bulkhead.enter('greedy', 'greedy', 0, signal)?.catch(() => undefined);
    expect(() => bulkhead.enter('greedy', 'greedy', 0, signal)).toThrow(
      /2 calls to toy under way and 3 waiting/,
    );
    expect(bulkhead.enter('other', 'other', 0, signal)).toBeUndefined();
  });

  it('gives a person who comes by many clients no more than a bounded part', () => {
    const bulkhead = new Bulkhead('toy', limits);
    const enter = (person: string, client: string) => bulkhead.enter(person, client, 0, signal);
    for (let client = 0; client < 7; client += 1) enter('busy', `c${client}`)?.catch(() => undefined);
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([3, 4]);
    expect(() => enter('busy', 'c9')).toThrow(/3 calls to toy under way and 4 waiting/);
    expect(enter('other', 'c')).toBeUndefined();
  });

  it('gives turns to persons first, and then to the clients of each', async () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    const served: string[] = [];
    bulkhead.enter('first', 'c', 0, signal);
    for (const [person, client] of [
      ['busy', 'a'],
      ['busy', 'a'],
      ['busy', 'b'],
      ['modest', 'c'],
    ] as const) {
      void bulkhead.enter(person, client, 0, signal)?.then(() => served.push(`${person} ${client}`));
    }
    for (const [person, client] of [
      ['first', 'c'],
      ['busy', 'a'],
      ['modest', 'c'],
      ['busy', 'b'],
    ] as const) {
      bulkhead.leave(person, client);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(served).toEqual(['busy a', 'modest c', 'busy b', 'busy a']);
  });

  it('lets nobody wait who has gone already', () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    bulkhead.enter('a', 'a', 0, signal);
    expect(() => bulkhead.enter('b', 'b', 0, AbortSignal.abort())).toThrow(/cancelled/);
    expect(bulkhead.waiting).toBe(0);
  });

  it('bounds the bytes that wait', () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    bulkhead.enter('a', 'a', 10_000, signal);
    bulkhead.enter('b', 'b', 900, signal)?.catch(() => undefined);
    expect(() => bulkhead.enter('c', 'c', 200, signal)).toThrow(/toy has too many calls at once/);
  });

  it('keeps nobody waiting for long, nor who has gone', async () => {
    const bulkhead = new Bulkhead('toy', { ...limits, in_flight: 1 });
    bulkhead.enter('a', 'a', 0, signal);
    const late = bulkhead.enter('b', 'b', 0, signal)?.catch((error: { reason: string }) => error.reason);
    const leaving = new AbortController();
    const gone = bulkhead
      .enter('c', 'c', 0, leaving.signal)
      ?.catch((error: { reason: string }) => error.reason);
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
              if (one !== undefined) bulkhead.leave(one, one);
            } else {
              try {
                const turn = bulkhead.enter(client, client, 1, signal);
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
            leaveNext(bulkhead, under);
            await vi.advanceTimersByTimeAsync(0);
          }
          expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
