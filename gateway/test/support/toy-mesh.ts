import { type Offer, systemClock } from '@florin/chassis';
import { type TestIssuer, testIssuer, until } from '@florin/testkit';
import { expect } from 'vitest';
import { type RunningGateway, startGateway } from '../../src/gateway.js';
import type { Fixtures } from '../../src/mcp/fixtures.js';
import { GATEWAY_SECRET, startToyIdentity, type ToyIdentity } from './toy-identity.js';
import { startToy, type ToyDeps, type ToyService, toyOffer } from './toy-service.js';

export interface ToyMesh {
  /** `http://127.0.0.1:port` */
  url: string;
  gateway: RunningGateway;
  identity: ToyIdentity;
  issuer: TestIssuer;
  /** By name, in the order of the configuration. */
  toys: Record<string, ToyService>;
  /** One more gateway, with the same services behind it. It ends with the mesh. */
  addReplica(): Promise<RunningGateway>;
  stop(): Promise<void>;
}

/** A token for the gateway that opens these scopes. */
export function tokenFor(...scopes: string[]): string {
  return `ok.${scopes.map((scope) => scope.replace(':', '.')).join('+')}`;
}

export const everything = tokenFor('profile:read', 'profile:write', 'payments:write');

/** A gateway in this process, with toy services and a toy identity behind it. */
export async function startToyMesh(
  offers: Record<string, Offer<ToyDeps>> = { toy: toyOffer },
  env: NodeJS.ProcessEnv = {},
  fixtures?: Fixtures,
): Promise<ToyMesh> {
  const issuer = await testIssuer();
  const identity = await startToyIdentity(issuer);
  const toys: Record<string, ToyService> = {};
  for (const [name, offer] of Object.entries(offers)) toys[name] = await startToy(name, issuer, offer);
  const start = () =>
    startReady(
      {
        HTTP_PORT: '0',
        LOG_LEVEL: 'silent',
        PUBLIC_URL: 'http://gateway.test',
        ISSUER: issuer.issuer,
        SERVICES: Object.entries(toys)
          .map(([name, { port }]) => `${name}=127.0.0.1:${port}`)
          .join(','),
        IDENTITY_ADDRESS: `127.0.0.1:${identity.port}`,
        SERVICE_SECRET: GATEWAY_SECRET,
        // There is none: what is revoked is asked of identity.
        NATS_URL: 'nats://127.0.0.1:1',
        ALLOWED_ORIGINS: 'https://app.test',
        RATE_LIMITS: 'client=1000000,user=1000000,address=1000000',
        ...env,
      },
      fixtures,
    );
  const gateway = await start();
  const others: RunningGateway[] = [];
  return {
    url: urlOf(gateway),
    gateway,
    identity,
    issuer,
    toys,
    async addReplica() {
      const replica = await start();
      others.push(replica);
      return replica;
    },
    async stop() {
      for (const toy of Object.values(toys)) toy.openGate();
      for (const replica of [gateway, ...others]) await replica.stop();
      for (const toy of Object.values(toys)) await toy.kill();
      await identity.stop();
      await issuer.close();
    },
  };
}

async function startReady(env: NodeJS.ProcessEnv, fixtures?: Fixtures): Promise<RunningGateway> {
  const gateway = await startGateway(env, systemClock, fixtures);
  await until(async () => expect((await fetch(`${urlOf(gateway)}/readyz`)).status).toBe(200), {
    timeout: 12_000,
  });
  return gateway;
}

export function urlOf({ http_port }: RunningGateway): string {
  return `http://127.0.0.1:${http_port}`;
}

/** The only toy of a mesh that has one. */
export function only(mesh: ToyMesh): ToyService {
  const [toy] = Object.values(mesh.toys);
  if (toy === undefined) throw new Error('no toy');
  return toy;
}
