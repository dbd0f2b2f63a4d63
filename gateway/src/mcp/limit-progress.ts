/** What a call may tell at once, and a second after that: more than any person follows. */
const AT_ONCE = 50;
const PER_SECOND = 20;

/**
 * "Both parties SHOULD implement rate limiting to prevent flooding" (MCP, progress). What comes too soon is left out: a
 * client that does not read would have it all wait here.
 *
 * @param now_ms of a clock that never goes back
 */
export function limitProgress<Progress>(
  tell: (progress: Progress) => void,
  now_ms: () => number = () => performance.now(),
): (progress: Progress) => void {
  let left = AT_ONCE;
  let counted_ms = now_ms();
  return (progress) => {
    const at_ms = now_ms();
    left = Math.min(AT_ONCE, left + ((at_ms - counted_ms) * PER_SECOND) / 1_000);
    counted_ms = at_ms;
    if (left < 1) return;
    left -= 1;
    tell(progress);
  };
}
