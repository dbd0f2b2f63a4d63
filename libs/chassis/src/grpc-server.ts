import { packageDefinition } from '@florin/proto';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
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
