/** Doubles from `base_ms` to `max_ms`; a quarter of it is random, so that those who failed together come back apart. */
export function backoff(failures: number, { base_ms = 100, max_ms = 5_000 } = {}): number {
  const full = Math.min(base_ms * 2 ** Math.max(failures - 1, 0), max_ms);
  return full * (0.75 + Math.random() / 4);
}
