import {
  type Clock,
  createEdge,
  createLogger,
  createMetrics,
  createServiceTokens,
  createTracing,
  followRevocations,
  listen,
  loadConfig,
  systemClock,
} from '@florin/chassis';
import manifest from '../package.json' with { type: 'json' };
import { createChallenges } from './auth/challenge.js';
import { createExchange } from './auth/exchange.js';
import { createRenew } from './auth/renewal.js';
import { gatewayConfig } from './config.js';
import { createClientAddress } from './http/client-address.js';
import { createReadiness } from './http/readiness.js';
import { addRoutes } from './http/routes.js';
import { countAdmitted } from './limits/counted-admission.js';
import { createRateLimits } from './limits/rate-limits.js';
import { SharedUsage } from './limits/shared-usage.js';
import { admitToPublic, createAdmission } from './mcp/admission.js';
import { createApprovals } from './mcp/approvals/approvals.js';
import { createDecisions } from './mcp/approvals/decisions.js';
import { createRequestStates } from './mcp/approvals/request-states.js';
import { createMcpEndpoint } from './mcp/endpoint.js';
import type { Fixtures } from './mcp/fixtures.js';
import { createForward } from './mcp/forward.js';
import { createHttpGuard } from './mcp/http-guard.js';
import { createConnections } from './mcp/legacy-sse/connections.js';
import { createListings, cursorKey } from './mcp/listing.js';
import { createSessions } from './mcp/sessions/sessions.js';
import { createViews } from './mcp/views.js';
import { Mesh } from './mesh/mesh.js';
import { registerMeshMetrics } from './mesh/mesh-metrics.js';
import { type MeshStatus, meshStatus } from './mesh-status.js';
import { createReplicaBus } from './nats/replica-bus.js';
import { createOwnProvider, OWN_NAME, STATUS_URI } from './own-provider.js';
import { createRestEndpoint } from './rest/endpoint.js';
import { createResourceCheck } from './subscriptions/resource-check.js';
import { createSubscriptions } from './subscriptions/subscriptions.js';

/** How long a stopping gateway lets requests come to their end; Kubernetes kills after 30 s. */
const DRAIN_MS = 20_000;
/** For how long a person who decides is waited for, and more. */
const PATIENCE_MS = 20_000;
/** Open streams of one replica; a thousand cost it less than 300 MB. */
const STREAMS_MAX = 4_096;

export interface RunningGateway {
  http_port: number;
  /** Whether it can speak with other replicas now. */
  readonly replicas_reachable: boolean;
  stop(): Promise<void>;
}

/**
 * Starts the gateway. Tests call it with an environment of their own.
 *
 * @param fixtures for the protocol's own checks alone
 * @throws ConfigError
 */
export async function startGateway(
  env: NodeJS.ProcessEnv,
  now: Clock = systemClock,
  fixtures?: Fixtures,
): Promise<RunningGateway> {
  const config = loadConfig(gatewayConfig, env);
  const { PUBLIC_URL, ISSUER, IDENTITY_ADDRESS, CALL_TIMEOUT_MS, FLORIN_MODE } = config;
  const { version } = manifest;
  const logger = createLogger({ name: OWN_NAME, level: config.LOG_LEVEL });
  const metrics = createMetrics(OWN_NAME);
  const tracing = createTracing(OWN_NAME, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const tokens = createServiceTokens({
    service: OWN_NAME,
    secret: config.SERVICE_SECRET,
    identity_address: IDENTITY_ADDRESS,
    now,
  });
  const revocations = followRevocations({
    service: OWN_NAME,
    nats_url: config.NATS_URL,
    identity_address: IDENTITY_ADDRESS,
    tokens,
    logger,
  });
  const bus = createReplicaBus({ url: config.NATS_URL, logger });
  const exchange = createExchange({ identity_address: IDENTITY_ADDRESS, tokens, revocations, now });

  const status = (): MeshStatus =>
    meshStatus({ mesh, mode: FLORIN_MODE, version, call_timeout_ms: CALL_TIMEOUT_MS });
  const own = createOwnProvider({ mesh: () => mesh, status, now, logger });
  const mesh: Mesh = new Mesh({
    services: config.SERVICES,
    own,
    call_timeout_ms: CALL_TIMEOUT_MS,
    now,
    logger,
  });
  registerMeshMetrics(metrics.registry, mesh);

  const viewOf = createViews(createListings(cursorKey(config.SERVICE_SECRET)));
  const forward = createForward({ mesh, calls: metrics.calls, tracing });
  const subscriptions = createSubscriptions({
    check: createResourceCheck({ catalogue: () => mesh.catalogue, forward }),
    bus,
    revocations,
    limits: { per_client: config.STREAMS_PER_CLIENT, total: STREAMS_MAX },
  });
  mesh.onCatalogue(() => subscriptions.catalogueChanged());
  mesh.onStatus(() => subscriptions.changed([STATUS_URI]));
  const usage = new SharedUsage(bus);
  const rateLimits = createRateLimits(config.RATE_LIMITS, usage);
  const challenges = createChallenges(PUBLIC_URL);
  /** What every call passes, by MCP as by REST. */
  const door = {
    mesh,
    forward,
    admit: countAdmitted(
      createAdmission({ exchange, challenges, catalogue: () => mesh.catalogue }),
      rateLimits,
    ),
    guard: createHttpGuard({ public_url: PUBLIC_URL, allowed_origins: config.ALLOWED_ORIGINS }),
    clientAddress: createClientAddress(config.TRUSTED_PROXIES),
    renew: createRenew(exchange),
    logger,
  };
  const endpoint = createMcpEndpoint({
    ...door,
    version,
    admitPublic: countAdmitted(admitToPublic, rateLimits),
    viewOf,
    subscriptions,
    bus,
    connections: createConnections(config.SERVICE_SECRET),
    sessions: createSessions({ secret: config.SERVICE_SECRET, bus, now }),
    approvals: createApprovals({
      states: createRequestStates({ secret: config.SERVICE_SECRET, bus, now }),
      decisions: createDecisions(bus),
    }),
    fixtures,
  });
  const edge = createEdge({
    logger,
    registry: metrics.registry,
    checks: { services: createReadiness(mesh) },
    routes: (app) =>
      addRoutes(app, {
        public_url: PUBLIC_URL,
        issuer: ISSUER,
        version,
        status,
        catalogue: () => mesh.catalogue,
        rest: createRestEndpoint({ ...door, challenges }),
      }),
  });
  const http = await listen(
    (request, response) =>
      endpoint.serves(request) ? endpoint.handle(request, response) : edge(request, response),
    { host: config.HOST, port: config.HTTP_PORT },
  );
  // On a connection on which so long nothing has moved nobody reads: answers come sooner, streams say something every 15 s.
  http.server.setTimeout(2 * CALL_TIMEOUT_MS + PATIENCE_MS);
  logger.info({ http_port: http.port, public_url: PUBLIC_URL, version, mode: FLORIN_MODE }, 'ready');

  return {
    http_port: http.port,
    get replicas_reachable() {
      return bus.connected;
    },
    async stop() {
      subscriptions.close();
      endpoint.endStreams();
      await http.stop(DRAIN_MS);
      await endpoint.close(DRAIN_MS);
      mesh.close();
      usage.close();
      await revocations.close();
      await bus.close();
      exchange.close();
      tokens.close();
      await tracing.stop();
      logger.info('stopped');
    },
  };
}
