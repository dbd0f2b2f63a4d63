import { Metadata } from '@grpc/grpc-js';
import protobuf from 'protobufjs/light.js';
import { type Code, codeOf, codes } from './codes.js';
import { asFault, Fault, fault } from './fault.js';
import type { Reason } from './reasons.js';
import { receivedFault } from './received.js';

const detailsKey = 'grpc-status-details-bin';
const errorInfoUrl = 'type.googleapis.com/google.rpc.ErrorInfo';
const domain = 'florin';
// Trailers travel as headers, and implementations refuse more than 8 KiB of them. The text goes twice, binary as base64.
const maxMessageBytes = 1_000;
const maxDetailsBytes = 3_000;

// google/rpc/status.proto and google/rpc/error_details.proto, as much of them as is used.
const types = protobuf.Root.fromJSON({
  nested: {
    Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
    Status: {
      fields: {
        code: { type: 'int32', id: 1 },
        message: { type: 'string', id: 2 },
        details: { rule: 'repeated', type: 'Any', id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: { type: 'string', id: 1 },
        domain: { type: 'string', id: 2 },
      },
    },
  },
});
const Status = types.lookupType('Status');
const ErrorInfo = types.lookupType('ErrorInfo').add(new protobuf.MapField('metadata', 3, 'string', 'string'));

/** What a handler of @grpc/grpc-js passes to its callback as the error. */
export interface GrpcError {
  code: number;
  details: string;
  metadata: Metadata;
}

/**
 * A Fault as a gRPC status, with `google.rpc.ErrorInfo` in `grpc-status-details-bin` (the richer error model of
 * grpc.io/docs/guides/error). Details too large for a trailer are left out.
 */
export function toGrpcError(fault: Fault): GrpcError {
  const { number } = codes[fault.code];
  const message = Buffer.from(fault.message).subarray(0, maxMessageBytes).toString();
  const details = fault.details ? JSON.stringify(fault.details) : '';
  const info = ErrorInfo.encode({
    reason: fault.reason,
    domain,
    metadata: {
      retryable: String(fault.retryable),
      ...(details !== '' && Buffer.byteLength(details) <= maxDetailsBytes && { details }),
    },
  }).finish();
  const status = Status.encode({
    code: number,
    message,
    details: [{ type_url: errorInfoUrl, value: info }],
  }).finish();
  const metadata = new Metadata();
  metadata.set(detailsKey, Buffer.from(status));
  return { code: number, details: message, metadata };
}

/**
 * The Fault behind an error of a gRPC call. A status without our ErrorInfo comes from the transport or from a stranger:
 * its text is not ours to show, so it becomes the cause, and the message is our own.
 */
export function fromGrpcError(error: unknown): Fault {
  if (error instanceof Fault || !isGrpcError(error)) return asFault(error);
  return readErrorInfo(error) ?? plainFault(error);
}

interface IncomingError {
  code: number;
  details?: unknown;
  metadata?: unknown;
}

function isGrpcError(error: unknown): error is IncomingError {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}

function readErrorInfo(error: IncomingError): Fault | undefined {
  if (!(error.metadata instanceof Metadata)) return undefined;
  const [packed] = error.metadata.get(detailsKey);
  if (!Buffer.isBuffer(packed)) return undefined;
  try {
    const status = Status.toObject(Status.decode(packed), { defaults: true, arrays: true }) as {
      code: number;
      message: string;
      details: { type_url: string; value: Uint8Array }[];
    };
    const any = status.details.find(({ type_url }) => type_url === errorInfoUrl);
    if (!any) return undefined;
    const info = ErrorInfo.toObject(ErrorInfo.decode(any.value), { defaults: true, objects: true }) as {
      reason: string;
      domain: string;
      metadata: Record<string, string>;
    };
    if (info.domain !== domain) return undefined;
    return receivedFault({
      code: codeOf(status.code),
      reason: info.reason,
      message: status.message,
      retryable: info.metadata.retryable === 'true',
      details_json: info.metadata.details ?? '',
      cause: error,
    });
  } catch {
    return undefined;
  }
}

const plain: Partial<Record<Code, [Reason, string]>> = {
  UNAVAILABLE: ['UNAVAILABLE', 'A part of Florin cannot be reached right now. Try again in a few seconds.'],
  DEADLINE_EXCEEDED: ['DEADLINE_EXCEEDED', 'The answer took too long. Try again in a few seconds.'],
  CANCELLED: ['CANCELLED', 'The call was cancelled.'],
  RESOURCE_EXHAUSTED: ['RESOURCE_EXHAUSTED', 'Florin is busy right now. Try again in a few seconds.'],
  UNAUTHENTICATED: ['UNAUTHENTICATED', 'Sign in again.'],
  PERMISSION_DENIED: ['PERMISSION_DENIED', 'You may not do this.'],
  NOT_FOUND: ['NOT_FOUND', 'There is no such thing, or it is not yours.'],
  UNIMPLEMENTED: ['UNIMPLEMENTED', 'This is not available here.'],
};

function plainFault(error: IncomingError): Fault {
  const code = codeOf(error.code);
  const mapped = code && plain[code];
  return mapped ? fault(mapped[0], mapped[1], { cause: error }) : asFault(error);
}
