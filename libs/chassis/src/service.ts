import { inspect } from 'node:util';
import type { Fault } from '@florin/faults';
import { florin } from '@florin/proto';
import type { Express } from 'express';
import type { z } from 'zod';
import { createVerifier } from './actor.js';
import { describeOffer, type Offer } from './catalogue.js';
import { type Clock, systemClock } from './clock.js';
import { ConfigError, loadConfig, type serviceConfig } from './config.js';
import { createDoor, type Door } from './door.js';
import { createCapabilities } from './exchange-server.js';
import { type RpcService, startGrpcServer } from './grpc-server.js';
import type { MoneyGuard } from './guard/guard.js';
import { createEdge, listen, type ReadinessCheck } from './http-edge.js';
import { createLogger, type Logger } from './logger.js';
import { createMetrics, type Metrics } from './metrics.js';
import type { Revocations } from './revocations.js';
import type { RpcSupport } from './serve-rpc.js';
import { createTracing } from './telemetry.js';

/** How long a stopping process lets what runs come to its end; Kubernetes kills after 30 s. */
const DRAIN_MS = 20_000;

/** What a service adds to the chassis. */
export interface ServiceParts<Deps> {
  version: string;
  /** "simulated", "sandbox", "live", or empty where the service has no provider. */
  mode: string;
  offer: Offer<Deps>;
  deps: Deps;
  /** By which tokens are refused that have not expired. */
  revocations: Revocations;
  /** Where operations move money. The service ends it. */
  guard?: MoneyGuard;
  rpc?: (support: RpcSupport) => RpcService[];
  routes?: (app: Express, door: Door) => void;
  checks?: Record<string, ReadinessCheck>;
  toFault?: (error: unknown) => Fault | undefined;
  /** Ends what the service started, in this order, after the last call has ended. */
  stop?: (() => Promise<void> | void)[];
}

export interface StartContext<Config> {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  now: Clock;
}

export interface RunningService {
  grpc_port: number;
  http_port: number;
  stop(): Promise<void>;
}

type ServiceSchema = typeof serviceConfig;

/** Starts a service: `compose` makes its parts, the chassis serves them. Tests call it with an environment of their own. */
export async function startService<S extends ServiceSchema, Deps>(
  name: string,
  schema: S,
  env: NodeJS.ProcessEnv,
  compose: (context: StartContext<z.infer<S>>) => Promise<ServiceParts<Deps>>,
  now: Clock = systemClock,
): Promise<RunningService> {
  const config = loadConfig(schema, env) as z.infer<S> & z.infer<ServiceSchema>;
  const logger = createLogger({ name, level: config.LOG_LEVEL });
  const metrics = createMetrics(name);
  const tracing = createTracing(name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const parts = await compose({ config, logger, metrics, now });
  const { offer, deps, revocations, guard, toFault, version, mode } = parts;
  const mapping = toFault === undefined ? {} : { toFault };
  const guarded = guard === undefined ? {} : { guard };

  const { MESH_ISSUER: issuer, MESH_JWKS_URL: jwks_url } = config;
  const verify = createVerifier({ issuer, jwks_url, revocations, now });
  const calls = metrics.calls;
  const door = createDoor({
    offer,
    deps,
    verify,
    now,
    logger,
    metrics: calls,
    tracing,
    ...guarded,
    ...mapping,
  });
  const capabilities = createCapabilities(door, describeOffer(offer), { name, version, mode });

  const { routes } = parts;
  const edge = createEdge({
    logger,
    registry: metrics.registry,
    checks: parts.checks ?? {},
    ...(routes && { routes: (app) => routes(app, door) }),
    ...mapping,
  });
  const http = await listen(edge, { host: config.HOST, port: config.HTTP_PORT });
  const grpc = await startGrpcServer({
    host: config.HOST,
    port: config.GRPC_PORT,
    services: [
      { definition: florin.mesh.v1.Capabilities.service, handlers: capabilities.handlers },
      ...(parts.rpc?.({ verify, logger, ...mapping }) ?? []),
    ],
  });
  logger.info({ http_port: http.port, grpc_port: grpc.port, version, mode }, 'ready');

  return {
    grpc_port: grpc.port,
    http_port: http.port,
    async stop() {
      grpc.markDraining();
      // Once its streams have ended, the gateway shall find the next replica, not this one's port still open.
      const drained = capabilities.drain(DRAIN_MS).then(() => grpc.stop(1_000));
      await Promise.all([drained, http.stop(DRAIN_MS)]);
      for (const end of parts.stop ?? []) await end();
      await tracing.stop();
      logger.info('stopped');
    },
  };
}

/**
 * Runs a process until SIGTERM or SIGINT: starts it, drains it, exits. An unusable configuration is said plainly and ends
 * the process at once.
 */
export async function runProcess(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  try {
    const running = await start();
    let stopping = false;
    const stop = () => {
      // A second signal while draining means that somebody does not want to wait.
      if (stopping) process.exit(1);
      stopping = true;
      running.stop().then(
        () => process.exit(0),
        (error) => exit(error),
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    exit(error);
  }
}

/** Runs one of a process' commands to its end, e.g. `node dist/main.js rotate-keys`. What fails is said plainly, with exit code 1. */
export async function runCommand(
  name: string,
  commands: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new ConfigError(`There is no command ${name}, but: ${Object.keys(commands).join(', ')}.`);
    }
    await command();
  } catch (error) {
    exit(error);
  }
}

function exit(error: unknown): never {
  process.stderr.write(`${error instanceof ConfigError ? error.message : inspect(error)}\n`);
  process.exit(1);
}
