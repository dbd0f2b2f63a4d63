import type { Code } from './codes.js';
import type { AnyReason, Fault, FaultDetails } from './fault.js';

/** What every client sees of a Fault: `structuredContent` of a tool result, and part of a problem over HTTP. */
export interface ErrorBody {
  error: {
    code: Code;
    reason: AnyReason;
    message: string;
    retryable: boolean;
    details?: FaultDetails;
    request_id: string;
  };
}

export function toErrorBody(fault: Fault, request_id: string): ErrorBody {
  return {
    error: {
      code: fault.code,
      reason: fault.reason,
      message: fault.message,
      retryable: fault.retryable,
      ...(fault.details && { details: fault.details }),
      request_id,
    },
  };
}
