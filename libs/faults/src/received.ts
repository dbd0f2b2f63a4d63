import type { Code } from './codes.js';
import { type AnyReason, Fault, type FaultDetails } from './fault.js';

const maxMessageLength = 1_000;
const reasonShape = /^[A-Z][A-Z0-9_]{0,62}$/;

interface Received {
  code: Code | undefined;
  reason: AnyReason;
  message: string;
  retryable: boolean;
  /** A JSON object as text, or empty. */
  details_json: string;
  cause?: unknown;
}

/**
 * The Fault that a peer sent. The peer may be newer, so an unknown reason stays what it is; it may also be broken, so
 * nothing malformed or unbounded gets through to the caller.
 */
export function receivedFault({ code, reason, message, retryable, details_json, cause }: Received): Fault {
  const known = reasonShape.test(reason) && code !== undefined;
  return new Fault({
    code: known ? code : 'INTERNAL',
    reason: known ? reason : 'INTERNAL',
    message: message.slice(0, maxMessageLength),
    retryable: known && retryable,
    details: parseDetails(details_json),
    cause,
  });
}

function parseDetails(json: string): FaultDetails | undefined {
  if (json === '') return undefined;
  try {
    const details: unknown = JSON.parse(json);
    if (typeof details !== 'object' || details === null || Array.isArray(details)) return undefined;
    return details as FaultDetails;
  } catch {
    return undefined;
  }
}
