import {
  createLogger,
  createVerifier,
  serveOpenRpc,
  serveRpc,
  startGrpcServer,
  systemClock,
} from '@florin/chassis';
import { fault } from '@florin/faults';
import { florin } from '@florin/proto';
import { nothingRevoked, type TestIssuer } from '@florin/testkit';

interface ExchangeRequest {
  credential: string;
}
interface IssueRequest {
  service: string;
  secret: string;
}

export const USER_ID = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';
export const GATEWAY_SECRET = 'gateway-secret';

export interface ToyIdentity {
  readonly port: number;
  /** How often a credential was exchanged. */
  readonly exchanges: string[];
  /** What is no longer good, although it was exchanged before. */
  readonly revocations: { id: string; changed_at_ms: string }[];
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Identity's token service: a credential `ok.<scopes, separated by +>` is good, `expired` has expired, others are not. A
 * scope `client:<name>` names the client that the credential belongs to.
 */
export async function startToyIdentity(issuer: TestIssuer): Promise<ToyIdentity> {
  const exchanges: string[] = [];
  const revocations: ToyIdentity['revocations'] = [];
  let server = await serve(issuer, { exchanges, revocations }, 0);
  const { port } = server;
  return {
    port,
    exchanges,
    revocations,
    stop: () => server.stop(0),
    async restart() {
      server = await serve(issuer, { exchanges, revocations }, port);
    },
  };
}

function serve(
  issuer: TestIssuer,
  { exchanges, revocations }: Pick<ToyIdentity, 'exchanges' | 'revocations'>,
  port: number,
) {
  const verify = createVerifier({ ...issuer, revocations: nothingRevoked, now: systemClock });
  const logger = createLogger({ name: 'identity', level: 'silent' });
  const expires_at_s = String(Math.floor(Date.now() / 1_000) + 300);
  const handlers = {
    Exchange: serveRpc({ callers: ['gateway'], verify, logger }, async ({ credential }: ExchangeRequest) => {
      exchanges.push(credential);
      if (credential === 'expired') throw fault('TOKEN_EXPIRED', 'The token has expired: refresh it.');
      if (!credential.startsWith('ok.')) throw fault('INVALID_TOKEN', 'Sign in again.');
      const scopes = credential
        .slice(3)
        .split('+')
        .map((scope) => scope.replace('.', ':'));
      const client_id = scopes.find((scope) => scope.startsWith('client:')) ?? 'test';
      return { mesh_token: await issuer.sign({ sub: USER_ID, scopes, client_id }), expires_at_s };
    }),
    IssueServiceToken: serveOpenRpc({ logger }, async ({ service, secret }: IssueRequest) => {
      if (secret !== GATEWAY_SECRET) throw fault('INVALID_CREDENTIALS', 'The secret is not right.');
      return { mesh_token: await issuer.sign({ sub: `svc:${service}` }), expires_at_s };
    }),
    ListRevocations: serveRpc({ callers: ['gateway'], verify, logger }, async () => ({ revocations })),
  };
  const definition = florin.identity.v1.Tokens.service;
  return startGrpcServer({ host: '127.0.0.1', port, services: [{ definition, handlers }] });
}
