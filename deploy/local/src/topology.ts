import { join } from 'node:path';
import { type Secrets, sha256Hex } from './secrets.js';

export const HOST = '127.0.0.1';

/** What the stand-in for Plaid is called with. */
export const SIMULATED_PLAID = { client_id: 'florin-local', secret: 'florin-local-secret' } as const;

/** What the stand-in for Stripe is called with, and signs its webhooks by. */
const SIMULATED_STRIPE = {
  secret_key: 'sk_test_florin_local',
  webhook_secret: 'whsec_florin_local',
} as const;

/** What the stand-in for a company's OpenID provider knows identity by. */
const SIMULATED_OIDC = { client_id: 'florin-local', client_secret: 'florin-local-secret' } as const;

/** A port and the variable that moves it. */
interface PortSpec {
  variable: string;
  fixed: number;
}

/** What a process may ask about the others when its environment is made. */
export interface Surroundings {
  secrets: Secrets;
  /** simulated, sandbox or live. */
  mode: string;
  /** Where the mesh keeps what survives a restart. */
  data_dir: string;
  port(process: string, role: string): number;
  /** `http://127.0.0.1:8081` */
  url(process: string, role?: string): string;
  /** `127.0.0.1:9081` */
  grpc(process: string): string;
}

export interface ProcessSpec {
  name: string;
  /** Holds dist/main.js, from the root of the repository. */
  folder: string;
  /** By role; `http` is the one that answers /readyz. */
  ports: { http: PortSpec } & Record<string, PortSpec>;
  /** Has a database, keys for encrypted fields, and a NATS user that may publish its own domain. */
  stateful: boolean;
  /** Its environment beyond what `mesh.ts` gives to all: HOST, ports, mode, database, NATS. */
  environment(at: Surroundings): Record<string, string>;
}

export const infrastructurePorts = {
  postgres: { variable: 'POSTGRES_PORT', fixed: 15432 },
  nats: { variable: 'NATS_PORT', fixed: 14222 },
} satisfies Record<string, PortSpec>;

/** A service of the mesh: one more line in `topology` is all that `npm start` needs to run it. */
function service(
  name: string,
  http_port: number,
  environment: (at: Surroundings) => Record<string, string> = () => ({}),
): ProcessSpec {
  const prefix = name.toUpperCase();
  return {
    name,
    folder: `services/${name}`,
    ports: {
      http: { variable: `${prefix}_PORT`, fixed: http_port },
      grpc: { variable: `${prefix}_GRPC_PORT`, fixed: http_port + 1000 },
    },
    stateful: true,
    environment: (at) => ({
      GRPC_PORT: String(at.port(name, 'grpc')),
      MESH_ISSUER: at.url('identity'),
      MESH_JWKS_URL: `${at.url('identity')}/mesh/jwks.json`,
      IDENTITY_ADDRESS: at.grpc('identity'),
      SERVICE_SECRET: at.secrets.secret(`service:${name}`),
      ...environment(at),
    }),
  };
}

/** Where a provider's SDK points in simulated mode; in the others the vendor's own address and keys are the person's. */
function simulated(at: Surroundings, variables: Record<string, string>): Record<string, string> {
  return at.mode === 'simulated' ? variables : {};
}

/** Who may ask identity for a service token. */
const callers = (): string[] => topology.filter(({ name }) => name !== 'sandbox').map(({ name }) => name);

const services: readonly ProcessSpec[] = [
  service('identity', 8081, (at) => ({
    ISSUER: at.url('identity'),
    GATEWAY_RESOURCE: `${at.url('gateway')}/mcp`,
    SERVICE_SECRET_HASHES: callers()
      .map((name) => `${name}:${sha256Hex(at.secrets.secret(`service:${name}`))}`)
      .join(','),
    PRIVACY_SERVICES: services
      .filter(({ name }) => name !== 'identity')
      .map(({ name }) => `${name}=${at.grpc(name)}`)
      .join(','),
    DEMO_PEOPLE: 'true',
    PASSWORD_OPERATIONS: 'true',
    // Everything that is mailed on this machine is caught.
    SMTP_URL: `smtp://${HOST}:${at.port('sandbox', 'smtp')}`,
    ...simulated(at, {
      OIDC_PROVIDERS: JSON.stringify([
        { name: 'florin-sandbox', issuer: `${at.url('sandbox', 'idp')}/oidc`, ...SIMULATED_OIDC },
      ]),
    }),
  })),
  service('banking', 8082, (at) => ({
    PUBLIC_URL: at.url('banking'),
    ...simulated(at, {
      PLAID_BASE_URL: at.url('sandbox', 'plaid'),
      PLAID_CLIENT_ID: SIMULATED_PLAID.client_id,
      PLAID_SECRET: SIMULATED_PLAID.secret,
    }),
  })),
  service('payments', 8083, (at) => ({
    PUBLIC_URL: at.url('payments'),
    BANKING_ADDRESS: at.grpc('banking'),
    DEMO_PEOPLE: 'true',
    // Nobody screens on this machine: people who try Florin out should not run into a day's allowance.
    UNSCREENED_LIMITS: 'USD=10000.00/10000.00',
    ...simulated(at, {
      STRIPE_BASE_URL: at.url('sandbox', 'stripe'),
      STRIPE_SECRET_KEY: SIMULATED_STRIPE.secret_key,
      STRIPE_WEBHOOK_SECRET: SIMULATED_STRIPE.webhook_secret,
    }),
  })),
];

/** Every process of the mesh, in the order in which they are shown. They start together and stop in reverse. */
export const topology: readonly ProcessSpec[] = [
  {
    name: 'sandbox',
    folder: 'deploy/sandbox',
    ports: {
      http: { variable: 'SANDBOX_PORT', fixed: 8090 },
      plaid: { variable: 'PLAID_PORT', fixed: 8091 },
      stripe: { variable: 'STRIPE_PORT', fixed: 8092 },
      idp: { variable: 'IDP_PORT', fixed: 8094 },
      mail: { variable: 'MAIL_HTTP_PORT', fixed: 8095 },
      smtp: { variable: 'MAIL_SMTP_PORT', fixed: 8025 },
    },
    stateful: false,
    environment: (at) => ({
      SANDBOX_PORT: String(at.port('sandbox', 'http')),
      PLAID_PORT: String(at.port('sandbox', 'plaid')),
      STRIPE_PORT: String(at.port('sandbox', 'stripe')),
      STRIPE_SECRET_KEY: SIMULATED_STRIPE.secret_key,
      STRIPE_WEBHOOK_URL: `${at.url('payments')}/webhooks/stripe`,
      STRIPE_WEBHOOK_SECRET: SIMULATED_STRIPE.webhook_secret,
      IDP_PORT: String(at.port('sandbox', 'idp')),
      MAIL_HTTP_PORT: String(at.port('sandbox', 'mail')),
      MAIL_SMTP_PORT: String(at.port('sandbox', 'smtp')),
      SANDBOX_DATA_DIR: join(at.data_dir, 'sandbox'),
    }),
  },
  ...services,
  {
    name: 'gateway',
    folder: 'gateway',
    ports: { http: { variable: 'GATEWAY_PORT', fixed: 8080 } },
    stateful: false,
    environment: (at) => ({
      PUBLIC_URL: at.url('gateway'),
      ISSUER: at.url('identity'),
      SERVICES: services.map(({ name }) => `${name}=${at.grpc(name)}`).join(','),
      IDENTITY_ADDRESS: at.grpc('identity'),
      SERVICE_SECRET: at.secrets.secret('service:gateway'),
      // One person on one machine, who may be measuring it.
      RATE_LIMITS: 'client=1000000,user=1000000,address=1000000',
    }),
  },
];
