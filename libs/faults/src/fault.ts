import type { Code } from './codes.js';
import { type Reason, reasons } from './reasons.js';

/** Read from a peer, a reason may be one that this build does not know yet. It is passed on unchanged. */
export type AnyReason = Reason | (string & Record<never, never>);

export type FaultDetails = Record<string, unknown>;

interface FaultFields {
  code: Code;
  reason: AnyReason;
  message: string;
  retryable: boolean;
  details?: FaultDetails | undefined;
  cause?: unknown;
}

/**
 * The one error of Florin. Everything but `cause` is public: it is shown to people and models and sent to peers.
 * `cause` is for the log of the process where it happened. Make one with `fault()`.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** Canonical gRPC code, e.g. NOT_FOUND. */
  readonly code: Code;
  /** Stable and finer than the code, e.g. INSUFFICIENT_FUNDS. */
  readonly reason: AnyReason;
  /** Whether the same call, sent again later and unchanged, can succeed. */
  readonly retryable: boolean;
  /** JSON object, public. */
  readonly details?: FaultDetails;

  constructor({ code, reason, message, retryable, details, cause }: FaultFields) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.retryable = retryable;
    if (details !== undefined) this.details = details;
  }
}

interface FaultOptions {
  /** Public JSON object: what a program needs to act on the reason. */
  details?: FaultDetails | undefined;
  /** Internal: logged, never shown. */
  cause?: unknown;
  /** Only where this case differs from what the registry says of the reason. */
  retryable?: boolean | undefined;
}

/**
 * Makes a Fault.
 * @param message public text for a person or a model: what is wrong and what to do next.
 */
export function fault(reason: Reason, message: string, options: FaultOptions = {}): Fault {
  const { code, retryable } = reasons[reason];
  return new Fault({
    code,
    reason,
    message,
    retryable: options.retryable ?? retryable,
    details: options.details,
    cause: options.cause,
  });
}

/** A Fault as it is; anything else thrown becomes INTERNAL, with what was thrown as its cause. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  return fault('INTERNAL', 'Something went wrong on our side. Report the request_id if it happens again.', {
    cause: thrown,
  });
}
