import { claimNats, until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, connect, post } from '../support/clients.js';
import { startToyMesh, type ToyMesh, tokenFor, urlOf } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let urls: string[];

beforeAll(async () => {
  mesh = await startToyMesh(undefined, {
    NATS_URL: await claimNats(),
    RATE_LIMITS: 'client=30,user=1000000,address=20',
  });
  const other = await mesh.addReplica();
  urls = [mesh.url, urlOf(other)].map((url) => `${url}/mcp`);
  await until(() =>
    expect([mesh.gateway, other].map(({ replicas_reachable }) => replicas_reachable)).toEqual([true, true]),
  );
});
afterAll(() => mesh?.stop());

const call = (url: string, token?: string) =>
  post(url, callOf('say_hello', { name: 'Ada' }), token ? { authorization: `Bearer ${token}` } : {});
const ask = (url: string, token: string) =>
  post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { authorization: `Bearer ${token}` });

/** A client of its own for each test: limits outlive one. */
const clientToken = (name: string, ...scopes: string[]) =>
  tokenFor('profile:read', `client:${name}`, ...scopes);

// proves: limits-hold-across-replicas
describe('two gateways, one key of 100 calls a minute, hammered at both', () => {
  it('let between 90 and 110 pass', { timeout: 120_000 }, async () => {
    const generous = await startToyMesh(undefined, {
      NATS_URL: await claimNats(),
      RATE_LIMITS: 'client=100000,user=100000',
    });
    const other = await generous.addReplica();
    await until(() => expect(generous.gateway.replicas_reachable && other.replicas_reachable).toBe(true));
    const key = tokenFor('profile:read', 'rpm:100');
    let passed = 0;
    const hammer = async (url: string) => {
      for (let request = 0; request < 300; request += 1) {
        if ((await ask(`${url}/mcp`, key)).status === 200) passed += 1;
      }
    };
    const both = [generous.url, urlOf(other)];
    await Promise.all([...both, ...both, ...both].map(hammer));
    expect(passed).toBeGreaterThanOrEqual(90);
    expect(passed).toBeLessThanOrEqual(110);
    await generous.stop();
  });
});

describe('a request within its limits', () => {
  it('is told which limit is nearest, how much is left, and until when', async () => {
    const response = await ask(urls[0] ?? '', clientToken('headers'));
    expect(response.headers.get('ratelimit-policy')).toBe('"client";q=30;w=60');
    expect(response.headers.get('ratelimit')).toMatch(/^"client";r=2\d;t=\d+$/);
  });
});

describe('a client that has used up its limit', () => {
  it('is answered 429 and told when to come back', async () => {
    const token = clientToken('busy');
    let response = await ask(urls[0] ?? '', token);
    for (let request = 0; request < 60 && response.status === 200; request += 1) {
      response = await ask(urls[0] ?? '', token);
    }
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('ratelimit')).toMatch(/^"client";r=0;t=\d+$/);
    const { error } = await answerOf(response);
    expect(error?.data?.error).toMatchObject({ reason: 'RATE_LIMITED', retryable: true });
    // Others are not kept waiting for it.
    expect((await ask(urls[0] ?? '', clientToken('other'))).status).toBe(200);
  });

  it.each(['2026-07-28', 'legacy'] as const)('has its model told so by the tool, in era %s', async (era) => {
    const client = await connect(urls[1] ?? '', clientToken(`model-${era}`), era);
    let result = await client.callTool({ name: 'read_resource', arguments: { uri: 'mesh://status' } });
    for (let request = 0; request < 60 && result.isError !== true; request += 1) {
      result = await client.callTool({ name: 'read_resource', arguments: { uri: 'mesh://status' } });
    }
    expect(result.isError).toBe(true);
    const { error } = result.structuredContent as { error: { message: string; details: object } };
    expect(error).toMatchObject({ reason: 'RATE_LIMITED', retryable: true });
    expect(error.details).toMatchObject({ limit: 'client', retry_after_s: expect.any(Number) });
    expect(error.message).toMatch(/Wait \d+ s/);
    await client.close().catch(() => undefined);
  });
});

describe('an address from which nobody signs in', () => {
  it('is counted for itself at public operations, and by plain HTTP too', async () => {
    const answers = [];
    for (let request = 0; request < 25; request += 1) answers.push(await answerOf(await call(urls[0] ?? '')));
    const refused = answers.filter(({ result }) => result?.isError === true);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.result?.structuredContent).toMatchObject({
      error: { reason: 'RATE_LIMITED', details: { limit: 'address' } },
    });
    const rest = await fetch(`${mesh.url}/v1/tools/say_hello`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada' }),
    });
    expect(rest.status).toBe(429);
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(rest.headers.get('ratelimit-policy')).toContain('"address"');
  });
});
