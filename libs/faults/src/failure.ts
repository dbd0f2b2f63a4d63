import { codeOf, codes } from './codes.js';
import type { Fault } from './fault.js';
import { receivedFault } from './received.js';

/** The frame `Failure` of florin.mesh.v1. */
export interface FailureFrame {
  /** Canonical gRPC code, e.g. 5 for NOT_FOUND. */
  code: number;
  reason: string;
  message: string;
  retryable: boolean;
  /** An object in UTF-8 JSON, or empty. */
  details_json: Buffer;
}

export function toFailure(fault: Fault): FailureFrame {
  return {
    code: codes[fault.code].number,
    reason: fault.reason,
    message: fault.message,
    retryable: fault.retryable,
    details_json: fault.details ? Buffer.from(JSON.stringify(fault.details)) : Buffer.alloc(0),
  };
}

export function fromFailure(frame: FailureFrame): Fault {
  return receivedFault({
    code: codeOf(frame.code),
    reason: frame.reason,
    message: frame.message,
    retryable: frame.retryable,
    details_json: frame.details_json.toString(),
  });
}
