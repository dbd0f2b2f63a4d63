import type { ProvisionedDatabase } from '@florin/testkit';
import { natsPassword } from './nats-users.js';
import { HOST, type ProcessSpec, type Surroundings } from './topology.js';

/** Of the environment of whoever starts the mesh, its processes see these and nothing else. */
const INHERITED = new RegExp(
  [
    '^(PATH|HOME|TMPDIR|TEMP|SystemRoot|TZ|LANG|NODE_EXTRA_CA_CERTS|LOG_LEVEL|FLORIN_MODE|FLORIN_ALLOW_LIVE)$',
    '^PLAID_(BASE_URL|CLIENT_ID|SECRET)$',
    '^STRIPE_(SECRET_KEY|WEBHOOK_SECRET)$',
    '^OTEL_',
  ].join('|'),
);

/**
 * The environment of one process.
 * @param nats_url of the server; the process's own user is added, unless it holds a user already
 */
export function environmentOf(
  spec: ProcessSpec,
  at: Surroundings,
  given: { database: ProvisionedDatabase | undefined; nats_url: string; over: Record<string, string> },
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited.map(([name, value]) => [name, value ?? ''])),
    FLORIN_MODE: at.mode,
    HOST,
    HTTP_PORT: String(at.port(spec.name, 'http')),
    ...(given.database !== undefined && {
      DATABASE_URL: given.database.url,
      DATABASE_OWNER_URL: given.database.owner_url,
      FIELD_KEYS: at.secrets.fieldKeys(spec.name),
    }),
    ...((spec.stateful || spec.name === 'gateway') && {
      NATS_URL: withUser(given.nats_url, spec.name, natsPassword(at.secrets, spec.name)),
    }),
    ...spec.environment(at),
    ...given.over,
  };
}

function withUser(nats_url: string, user: string, password: string): string {
  const url = new URL(nats_url);
  if (url.username !== '') return nats_url;
  url.username = user;
  url.password = password;
  return url.href;
}
