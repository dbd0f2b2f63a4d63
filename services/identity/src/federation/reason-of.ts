const MAX_LENGTH = 300;

/**
 * Why an answer was refused, for the log: the message alone, since what else an error of a library holds may be the answer
 * itself with tokens in it, and cut, since the message may quote what was sent.
 */
export function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_LENGTH);
}
