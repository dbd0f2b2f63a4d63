import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KEY_LIFETIME_MS,
  PUBLISHED_AHEAD_MS,
  type ScheduledKey,
  scheduleKeys,
  VERIFIES_ON_MS,
} from '../../src/domain/key-schedule.js';

const start_ms = Date.parse('2026-11-02T09:00:00Z');
const at = (ms: number) => new Date(start_ms + ms);
const key = (kid: string, ms: number): ScheduledKey => ({ kid, created_at: at(ms) });
const next = key('next', KEY_LIFETIME_MS);
const first = key('first', 0);

describe('the keys that sign', () => {
  it('begin with one that signs at once', () => {
    expect(scheduleKeys([], at(0)).due).toBe(true);
    expect(scheduleKeys([first], at(0))).toEqual({ due: false, kept: ['first'], retired: [] });
  });

  it('are followed by the next after their lifetime', () => {
    expect(scheduleKeys([first], at(KEY_LIFETIME_MS - 1)).due).toBe(false);
    expect(scheduleKeys([first], at(KEY_LIFETIME_MS)).due).toBe(true);
  });

  it('are published before they sign, and verify after they signed', () => {
    const later = (ms: number) => scheduleKeys([next, first], at(KEY_LIFETIME_MS + ms));
    expect(later(0).kept).toEqual(['first', 'next']);
    expect(later(PUBLISHED_AHEAD_MS).kept).toEqual(['next', 'first']);
    expect(later(PUBLISHED_AHEAD_MS + VERIFIES_ON_MS - 1).retired).toEqual([]);
    expect(later(PUBLISHED_AHEAD_MS + VERIFIES_ON_MS)).toEqual({
      due: false,
      kept: ['next'],
      retired: ['first'],
    });
  });

  it('verify every token of an hour, however often they are looked after', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 * 24 * 60 }), { minLength: 1, maxLength: 40 }),
        (steps) => {
          let keys: ScheduledKey[] = [];
          let now_ms = 0;
          const signed: { kid: string; until_ms: number }[] = [];
          for (const minutes of steps) {
            if (scheduleKeys(keys, at(now_ms)).due) keys = [key(`k${now_ms}`, now_ms), ...keys];
            const { kept, retired } = scheduleKeys(keys, at(now_ms));
            keys = keys.filter(({ kid }) => !retired.includes(kid));
            const alive = signed.filter(({ until_ms }) => until_ms > now_ms);
            expect(kept).toEqual(expect.arrayContaining(alive.map(({ kid }) => kid)));
            signed.push({ kid: kept[0] ?? '', until_ms: now_ms + 3_600_000 });
            now_ms += minutes * 60_000;
          }
        },
      ),
    );
  });
});
