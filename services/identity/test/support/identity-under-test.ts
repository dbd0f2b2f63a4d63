import { createHash, randomBytes } from 'node:crypto';
import { createServiceTokens, idToUuid, type RunningService } from '@florin/chassis';
import { fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import {
  claimNats,
  createMeshCaller,
  createTestDatabase,
  freePort,
  type MeshCaller,
  type TestDatabase,
} from '@florin/testkit';
import { credentials, Metadata } from '@grpc/grpc-js';
import postgres, { type Sql } from 'postgres';
import { startIdentity } from '../../src/identity.js';

export const PASSWORD = 'seven quiet rivers run north';
const secrets = {
  gateway: 'secret-of-gateway',
  banking: 'secret-of-banking',
  payments: 'secret-of-payments',
  investing: 'secret-of-investing',
};

interface Tokens {
  user_id: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** Identity in this process, over a database and a NATS account of its own, called as the mesh calls it. */
export interface IdentityUnderTest {
  url: string;
  grpc_address: string;
  nats_url: string;
  env: Record<string, string>;
  database: TestDatabase;
  /** As the owner of the tables, to look at what was written. */
  sql: Sql;
  call: MeshCaller['call'];
  read: MeshCaller['read'];
  register(email: string): Promise<string>;
  signIn(email: string): Promise<Tokens>;
  /** As the gateway asks for it. */
  exchange(credential: string, service?: 'gateway' | 'banking', client_ip?: string): Promise<string>;
  serviceToken(service: string, secret: string, on_behalf_of?: string): Promise<string>;
  suspend(user_id: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startIdentityUnderTest(
  name: string,
  { now, over = {} }: { now?: () => Date; over?: Record<string, string> } = {},
): Promise<IdentityUnderTest> {
  const [database, nats_url, http_port] = await Promise.all([
    createTestDatabase(name),
    claimNats(),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${http_port}`;
  const env = {
    HTTP_PORT: String(http_port),
    GRPC_PORT: '0',
    LOG_LEVEL: 'silent',
    PASSWORD_OPERATIONS: 'true',
    MESH_ISSUER: url,
    MESH_JWKS_URL: `${url}/mesh/jwks.json`,
    ISSUER: url,
    GATEWAY_RESOURCE: 'http://127.0.0.1:8080/mcp',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.owner_url,
    NATS_URL: nats_url,
    FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    SERVICE_SECRET_HASHES: Object.entries(secrets)
      .map(([service, secret]) => `${service}:${createHash('sha256').update(secret).digest('hex')}`)
      .join(','),
    ...over,
  };
  const running = await startIdentity(env, now);
  return { url, nats_url, env, database, ...connect(running, database, now) };
}

function connect(running: RunningService, database: TestDatabase, now = () => new Date()) {
  const grpc_address = `127.0.0.1:${running.grpc_port}`;
  const { call, read, close } = createMeshCaller(grpc_address);
  const tokens = new florin.identity.v1.Tokens(grpc_address, credentials.createInsecure());
  const sql = postgres(database.owner_url, { max: 2, onnotice: () => undefined });

  async function serviceToken(service: string, secret: string, on_behalf_of = '') {
    const issuer = createServiceTokens({ service, secret, identity_address: grpc_address, now });
    return issuer.get(on_behalf_of).finally(() => issuer.close());
  }

  async function exchange(
    credential: string,
    service: 'gateway' | 'banking' = 'gateway',
    client_ip = '192.0.2.1',
  ) {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await serviceToken(service, secrets[service])}`);
    return new Promise<string>((resolve, reject) => {
      tokens.Exchange({ credential, client_ip }, metadata, (error, response) =>
        error ? reject(fromGrpcError(error)) : resolve(response?.mesh_token ?? ''),
      );
    });
  }

  return {
    grpc_address,
    sql,
    call,
    read,
    serviceToken,
    exchange,
    async register(email: string) {
      const { user_id } = await call('tool', 'register_user', {
        email,
        password: PASSWORD,
        full_name: 'Ada',
      });
      return String(user_id);
    },
    async signIn(email: string) {
      const signedIn = await call('tool', 'authenticate_user', { username: email, password: PASSWORD });
      return signedIn as unknown as Tokens;
    },
    async suspend(user_id: string) {
      await sql`update users set suspended_at = now() where user_id = ${idToUuid(user_id, 'usr')}`;
    },
    async stop() {
      close();
      tokens.close();
      await running.stop();
      await sql.end();
      await database.drop();
    },
  };
}
