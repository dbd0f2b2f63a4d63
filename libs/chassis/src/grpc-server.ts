import { asFault, type Fault, fault, toGrpcError } from '@florin/faults';
import { packageDefinition } from '@florin/proto';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import type { Actor, VerifyActor } from './actor.js';
import { portFault } from './http-edge.js';

export interface RunningGrpcServer {
  /** The port, where 0 had asked for any. */
  port: number;
  /** Answers health checks with NOT_SERVING, so that no new caller comes. */
  markDraining(): void;
  /** Refuses new calls, waits for running ones up to `timeout_ms`, then ends them. */
  stop(timeout_ms: number): Promise<void>;
}

export interface RpcService {
  definition: ServiceDefinition;
  handlers: UntypedServiceImplementation;
}

/** Starts a gRPC server with the standard health and reflection services. */
export async function startGrpcServer(options: {
  host: string;
  port: number;
  services: readonly RpcService[];
}): Promise<RunningGrpcServer> {
  const server = new Server({
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 3_000,
    'grpc.max_receive_message_length': 4 * 1024 * 1024,
    'grpc.max_concurrent_streams': 1_000,
  });
  for (const { definition, handlers } of options.services) server.addService(definition, handlers);
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  new ReflectionService(packageDefinition).addToServer(server);
  const port = await bind(server, options.host, options.port);
  return {
    port,
    markDraining: () => health.setStatus('', 'NOT_SERVING'),
    stop: (timeout_ms) => stop(server, timeout_ms),
  };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(portFault(error, port, 'GRPC_PORT'));
    });
  });
}

function stop(server: Server, timeout_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, timeout_ms);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
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
  options: {
    callers: readonly string[];
    verify: VerifyActor;
    toFault?: (error: unknown) => Fault | undefined;
  },
  handle: (request: Request, context: RpcContext) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    authorize(call, options)
      .then((context) => handle(call.request, context))
      .then(
        (response) => callback(null, response),
        (error) => refuse(callback, options.toFault?.(error) ?? asFault(error)),
      );
  };
}

/** The same for an RPC whose request itself proves who is calling. */
export function serveOpenRpc<Request, Response>(
  handle: (request: Request) => Promise<Response>,
  toFault?: (error: unknown) => Fault | undefined,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error) => refuse(callback, toFault?.(error) ?? asFault(error)),
    );
  };
}

async function authorize<Request, Response>(
  call: ServerUnaryCall<Request, Response>,
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
  callback({ code, details, metadata: metadata ?? new Metadata() });
}
