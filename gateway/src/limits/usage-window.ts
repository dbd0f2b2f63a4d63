const SLICE_MS = 2_000;
const SLICES = 31;

/** The time over which use is counted. The slice that is under way comes on top: a minute never holds more than the limit. */
export const WINDOW_S = 60;

/** The slice that a moment belongs to. */
export function sliceOf(now_ms: number): number {
  return Math.floor(now_ms / SLICE_MS);
}

/** How much was used in the last minute, counted in slices of two seconds. */
export class UsageWindow {
  readonly #slices = new Uint32Array(SLICES);
  #latest: number;
  #total = 0;

  constructor(slice: number) {
    this.#latest = slice;
  }

  totalAt(slice: number): number {
    this.#advance(slice);
    return this.#total;
  }

  add(slice: number): void {
    this.#advance(slice);
    const index = this.#latest % SLICES;
    this.#slices[index] = (this.#slices[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** In how many milliseconds `amount` of what was used will have left the window. */
  freeIn(amount: number, now_ms: number): number {
    let left = amount;
    for (let slice = this.#latest - SLICES + 1; slice <= this.#latest; slice += 1) {
      left -= this.#slices[((slice % SLICES) + SLICES) % SLICES] ?? 0;
      if (left <= 0) return Math.max(0, (slice + SLICES) * SLICE_MS - now_ms);
    }
    return WINDOW_S * 1_000;
  }

  #advance(slice: number): void {
    const passed = Math.min(slice - this.#latest, SLICES);
    for (let step = 1; step <= passed; step += 1) {
      const index = (this.#latest + step) % SLICES;
      this.#total -= this.#slices[index] ?? 0;
      this.#slices[index] = 0;
    }
    if (passed > 0) this.#latest = slice;
  }
}
