export interface TestClock {
  /** Handed to code as its clock: works unbound. */
  now: () => Date;
  advance(ms: number): void;
  set(time: Date): void;
}

/** A clock that stands still until a test moves it. */
export function testClock(start = new Date('2026-11-02T09:00:00.000Z')): TestClock {
  let time_ms = start.getTime();
  return {
    now: () => new Date(time_ms),
    advance(ms) {
      time_ms += ms;
    },
    set(time) {
      time_ms = time.getTime();
    },
  };
}
