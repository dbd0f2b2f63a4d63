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
  /** Credentials that were good once. */
  readonly refused: Set<string>;
  /** What each exchange waits for. */
  readonly held: { by?: Promise<void> };
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/**
 * Identity's token service: a credential `ok.<scopes, separated by +>` is good, `expired` has expired, others are not. A
 * scope `client:<name>` names the client that the credential belongs to, `tool:<name>` a tool that it may call and no other,
 * `rpm:<number>` makes it an API key with so many requests a minute.
 */
export async function startToyIdentity(issuer: TestIssuer): Promise<ToyIdentity> {
  const exchanges: string[] = [];
  const revocations: ToyIdentity['revocations'] = [];
  const refused = new Set<string>();
  const held: ToyIdentity['held'] = {};
  let server = await serve(issuer, { exchanges, revocations, refused, held }, 0);
  const { port } = server;
  return {
    port,
    exchanges,
    revocations,
    refused,
    held,
    stop: () => server.stop(0),
    async restart() {
      server = await serve(issuer, { exchanges, revocations, refused, held }, port);
    },
  };
}

function serve(
  issuer: TestIssuer,
  {
    exchanges,
    revocations,
    refused,
    held,
  }: Pick<ToyIdentity, 'exchanges' | 'revocations' | 'refused' | 'held'>,
  port: number,
) {
  const verify = createVerifier({ ...issuer, revocations: nothingRevoked, now: systemClock });
  const logger = createLogger({ name: 'identity', level: 'silent' });
  const expires_at_s = String(Math.floor(Date.now() / 1_000) + 300);
  const handlers = {
    Exchange: serveRpc({ callers: ['gateway'], verify, logger }, async ({ credential }: ExchangeRequest) => {
      exchanges.push(credential);
      await held.by;
      if (credential === 'expired') throw fault('TOKEN_EXPIRED', 'The token has expired: refresh it.');
      if (!credential.startsWith('ok.') || refused.has(credential))
        throw fault('INVALID_TOKEN', 'Sign in again.');
      const scopes = credential
        .slice(3)
        .split('+')
        .map((scope) => scope.replace('.', ':'));
      const client_id = scopes.find((scope) => scope.startsWith('client:')) ?? 'test';
      const tools = scopes.flatMap((scope) => (scope.startsWith('tool:') ? scope.slice('tool:'.length) : []));
      const rpm = scopes.find((scope) => scope.startsWith('rpm:'));
      // A change of the person before now is in the token.
      const overrides = {
        sub_changed_ms: Date.now(),
        ...(tools.length > 0 && { tools }),
        ...(rpm && { key_id: `key_of_${credential}`, key_changed_ms: Date.now() }),
      };
      const mesh_token = await issuer.sign({ sub: USER_ID, scopes, client_id, overrides });
      return { mesh_token, expires_at_s, requests_per_minute: Number(rpm?.slice('rpm:'.length) ?? 0) };
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
