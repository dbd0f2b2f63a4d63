import { asFault, type Fault, fault } from '@florin/faults';
import { DrizzleQueryError } from 'drizzle-orm';

/** The driver's and the system's words for a connection that could not be made or was lost. */
const connectionErrors = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html) that say "not now": shut down, starting up, too many
 * connections, out of a resource, a wait that we bound ourselves, a server that became a read-only standby.
 */
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P05', '57014', '55P03', '25P03', '25006']);
const unavailableClasses = new Set(['08', '53']);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Serialization failure and deadlock: the transaction did nothing and may be run again. */
const conflictStates = new Set(['40001', '40P01']);

/** Drizzle wraps the driver's error once; nobody nests deeper than this. */
const MAX_CAUSES = 5;

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    current = current.cause;
  }
  return codes;
}

/** Whether a transaction failed only because others ran beside it. */
export function isConflict(error: unknown): boolean {
  return codesOf(error).some((code) => conflictStates.has(code));
}

/**
 * UNAVAILABLE where the database cannot be reached or gave up waiting, CONFLICT where others changed the same rows;
 * undefined where the error is of another kind (a broken constraint, a bug, or not from the database at all). A connection
 * lost during a commit is UNAVAILABLE too, though the commit may have happened: that is what idempotency keys are for.
 */
export function transientFault(error: unknown): Fault | undefined {
  const codes = codesOf(error);
  const cause = withoutValues(error);
  if (codes.some((code) => conflictStates.has(code))) {
    return fault('CONFLICT', 'The same data was being changed at the same moment. Try again.', { cause });
  }
  const unavailable = codes.some(
    (code) =>
      connectionErrors.has(code) ||
      unavailableStates.has(code) ||
      (SQLSTATE.test(code) && unavailableClasses.has(code.slice(0, 2))),
  );
  if (!unavailable) return undefined;
  return fault('UNAVAILABLE', 'The data cannot be reached right now. Try again in a moment.', { cause });
}

/**
 * What an error of the database means to a caller: as {@link transientFault}, and INTERNAL for a query that failed for a
 * reason of ours; undefined where the error is not a query's. A service's `toFault`.
 */
export function databaseFault(error: unknown): Fault | undefined {
  const transient = transientFault(error);
  if (transient !== undefined) return transient;
  return error instanceof DrizzleQueryError ? asFault(withoutValues(error)) : undefined;
}

/** Drizzle writes a failed query's values into its message, and the log would keep whatever secret is among them. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  return new Error(`failed query: ${error.query}`, { cause: error.cause });
}
