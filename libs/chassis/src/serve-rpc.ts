import { once } from 'node:events';
import { asFault, type Fault, fault, toGrpcError } from '@florin/faults';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import type { Actor, VerifyActor } from './actor.js';
import type { Logger } from './logger.js';

/** What the chassis hands to a service's typed RPCs. */
export interface RpcSupport {
  verify: VerifyActor;
  logger: Logger;
  /** Turns an error of a library into a Fault. */
  toFault?: (error: unknown) => Fault | undefined;
}

export interface RpcContext {
  actor: Actor;
  request_id: string;
  traceparent: string;
}

/**
 * Wraps a typed, unary RPC: verifies the service token in `authorization` and that its service is among `callers`, and
 * turns what is thrown into a gRPC status.
 */
export function serveRpc<Request, Response>(
  options: RpcSupport & { callers: readonly string[] },
  handle: (request: Request, context: RpcContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return serveOpenRpc(options, async (request, call) => handle(request, await authorize(call, options)));
}

/** The same for an RPC whose request itself proves who is calling. */
export function serveOpenRpc<Request, Response>(
  { logger, toFault }: Pick<RpcSupport, 'logger' | 'toFault'>,
  handle: (request: Request, call: ServerUnaryCall<Request, Response>) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request, call).then(
      (response) => callback(null, response),
      (error) => {
        const failure = toFault?.(error) ?? asFault(error);
        if (failure.code === 'INTERNAL') logger.error({ err: failure, rpc: call.getPath() }, 'RPC failed');
        refuse(callback, failure);
      },
    );
  };
}

/** The same for an RPC that answers with a stream. Waits for a caller who reads slowly, and stops for one who left. */
export function serveStreamRpc<Request, Response>(
  options: RpcSupport & { callers: readonly string[] },
  handle: (request: Request, context: RpcContext) => AsyncIterable<Response>,
): handleServerStreamingCall<Request, Response> {
  const { logger, toFault } = options;
  return (call) => {
    const left = new AbortController();
    call.once('cancelled', () => left.abort());
    sendAll(call, left.signal, async () => handle(call.request, await authorize(call, options))).catch(
      (error) => {
        if (left.signal.aborted) return;
        const failure = toFault?.(error) ?? asFault(error);
        if (failure.code === 'INTERNAL') logger.error({ err: failure, rpc: call.getPath() }, 'RPC failed');
        call.emit('error', toGrpcError(failure));
      },
    );
  };
}

async function sendAll<Request, Response>(
  call: ServerWritableStream<Request, Response>,
  signal: AbortSignal,
  begin: () => Promise<AsyncIterable<Response>>,
): Promise<void> {
  for await (const message of await begin()) {
    signal.throwIfAborted();
    if (!call.write(message)) await once(call, 'drain', { signal });
  }
  call.end();
}

async function authorize(
  call: Pick<ServerUnaryCall<unknown, unknown>, 'metadata'>,
  { callers, verify }: { callers: readonly string[]; verify: VerifyActor },
): Promise<RpcContext> {
  const header = (name: string) => String(call.metadata.get(name)[0] ?? '');
  const actor = await verify(header('authorization').replace(/^Bearer /, ''));
  if (actor.service === undefined || !callers.includes(actor.service)) {
    throw fault('PERMISSION_DENIED', 'This RPC is not open to this caller.');
  }
  return { actor, request_id: header('x-request-id'), traceparent: header('traceparent') };
}

function refuse<Response>(callback: sendUnaryData<Response>, failure: Fault): void {
  const { code, details, metadata } = toGrpcError(failure);
  callback({ code, details, metadata });
}
