import { createServer } from 'node:net';
import { fault, fromGrpcError } from '@florin/faults';
import { florin } from '@florin/proto';
import { nothingRevoked, type TestIssuer, testIssuer } from '@florin/testkit';
import { credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, serveRpc, serviceConfig, startService } from '../src/index.js';
import { type ToyDeps, toyOffer } from './toy.js';

let issuer: TestIssuer;
let service: RunningService | undefined;
beforeAll(async () => {
  issuer = await testIssuer();
});
afterAll(() => issuer.close());
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

const user = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';

async function start(options: { http_port?: number; ready?: () => boolean } = {}): Promise<RunningService> {
  const env = {
    HTTP_PORT: String(options.http_port ?? 0),
    GRPC_PORT: '0',
    MESH_ISSUER: issuer.issuer,
    MESH_JWKS_URL: issuer.jwks_url,
    LOG_LEVEL: 'silent',
  };
  service = await startService('toy', serviceConfig, env, async () => ({
    version: '1.2.3',
    mode: '',
    offer: toyOffer,
    revocations: nothingRevoked,
    deps: { notes: [], gate: Promise.resolve() } satisfies ToyDeps,
    checks: {
      store: async () => {
        if (options.ready?.() === false) throw new Error('the store is away');
      },
    },
    routes: (app) => {
      app.get('/boom', () => {
        throw new Error('internal detail');
      });
    },
    rpc: (support) => [
      {
        definition: florin.banking.v1.Accounts.service,
        handlers: {
          GetAccount: serveRpc(
            { callers: ['payments'], ...support },
            async (request: { account_id: string }, { actor }) => {
              if (request.account_id === 'acc_gone') throw fault('NOT_FOUND', 'There is no such account.');
              return { account: { account_id: request.account_id, name: actor.user_id } };
            },
          ),
        },
      },
    ],
  }));
  return service;
}

async function getAccount(port: number, account_id: string, token: string) {
  const client = new florin.banking.v1.Accounts(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  try {
    return await new Promise((resolve, reject) => {
      client.GetAccount({ account_id }, metadata, (error, response) =>
        error ? reject(fromGrpcError(error)) : resolve(response),
      );
    });
  } finally {
    client.close();
  }
}

describe('a service', () => {
  it('is alive at once, and ready only while its checks hold', async () => {
    let ready = false;
    const { http_port } = await start({ ready: () => ready });
    const at = (path: string) => fetch(`http://127.0.0.1:${http_port}${path}`);
    expect((await at('/healthz')).status).toBe(200);
    const notReady = await at('/readyz');
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toEqual({ status: 'not ready', failed: ['store'] });
    ready = true;
    expect((await at('/readyz')).status).toBe(200);
    expect(await (await at('/metrics')).text()).toContain('service="toy"');
  });

  it('answers over HTTP with problem details that hide what is internal', async () => {
    const { http_port } = await start();
    const boom = await fetch(`http://127.0.0.1:${http_port}/boom`);
    expect(boom.status).toBe(500);
    expect(boom.headers.get('content-type')).toContain('application/problem+json');
    expect(boom.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await boom.text()).not.toContain('internal detail');
    expect((await fetch(`http://127.0.0.1:${http_port}/nowhere`)).status).toBe(404);
  });

  it('opens a typed RPC to the services it lists, acting for the person they name', async () => {
    const { grpc_port } = await start();
    const token = await issuer.sign({ sub: 'svc:payments', on_behalf_of: user });
    expect(await getAccount(grpc_port, 'acc_1', token)).toMatchObject({
      account: { account_id: 'acc_1', name: user },
    });
    await expect(getAccount(grpc_port, 'acc_gone', token)).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('closes a typed RPC to everybody else', async () => {
    const { grpc_port } = await start();
    const person = await issuer.sign({ sub: user });
    const other = await issuer.sign({ sub: 'svc:fraud', on_behalf_of: user });
    await expect(getAccount(grpc_port, 'acc_1', person)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
    await expect(getAccount(grpc_port, 'acc_1', other)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
    await expect(getAccount(grpc_port, 'acc_1', '')).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
  });

  // proves: port-in-use
  it('names the port in use and the variable that changes it', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    const { port } = squatter.address() as { port: number };
    await expect(start({ http_port: port })).rejects.toThrow(new RegExp(`Port ${port} is in use.*HTTP_PORT`));
    squatter.close();
  });
});
