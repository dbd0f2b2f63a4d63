import { z } from 'zod';

/** Thrown when the environment is not usable. Its message lists everything that is wrong, one line each. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const port = z.coerce.number().int().min(0).max(65_535);

/** What every process reads. */
export const processConfig = z.object({
  HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: port,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
});

/** What every service reads besides: its gRPC port, and who vouches for its callers. */
export const serviceConfig = processConfig.extend({
  GRPC_PORT: port,
  MESH_ISSUER: z.url(),
  MESH_JWKS_URL: z.url(),
});

/** What whoever honours mesh tokens reads, to hear which of them were revoked. */
export const revocationConfig = z.object({
  NATS_URL: z.url(),
  IDENTITY_ADDRESS: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/, 'must be host:port'),
  SERVICE_SECRET: z.string().min(1),
});

/** What a service with state of its own reads besides. */
export const statefulConfig = serviceConfig.extend({
  DATABASE_URL: z.url(),
  DATABASE_OWNER_URL: z.url().optional(),
  NATS_URL: z.url(),
  FIELD_KEYS: z.string().min(1),
});

/** Which world the provider behind a service lives in. */
export const providerMode = z.object({
  FLORIN_MODE: z.enum(['simulated', 'sandbox', 'live']).default('simulated'),
  FLORIN_ALLOW_LIVE: z.stringbool().default(false),
});

/** Two flags before real money moves: a mode alone may be a typing error. */
export function requireLiveConsent(config: z.infer<typeof providerMode>): void {
  if (config.FLORIN_MODE === 'live' && !config.FLORIN_ALLOW_LIVE) {
    throw new ConfigError(
      'FLORIN_MODE=live moves real money. Set FLORIN_ALLOW_LIVE=true as well, or use FLORIN_MODE=sandbox.',
    );
  }
}

/**
 * Reads the environment by a schema. An empty variable counts as unset, as compose files and charts write them.
 *
 * @throws ConfigError that names every variable that is missing or wrong, but never a value: it may be a secret
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.infer<S> {
  const known = Object.fromEntries(
    Object.keys(schema.shape)
      .filter((name) => env[name] !== undefined && env[name] !== '')
      .map((name) => [name, env[name]]),
  );
  const parsed = schema.safeParse(known);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return issue.code === 'invalid_type' && known[name] === undefined
      ? `  ${name} is not set`
      : `  ${name}: ${issue.message.replace(/, received .*$/, '')}`;
  });
  throw new ConfigError(`The configuration is not usable:\n${[...new Set(lines)].join('\n')}`);
}
