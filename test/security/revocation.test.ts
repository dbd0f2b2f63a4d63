import { createServiceTokens, idToUuid, systemClock } from '@florin/chassis';
import type { Mesh } from '@florin/local';
import { florin } from '@florin/proto';
import { createMeshCaller } from '@florin/testkit';
import { credentials, Metadata } from '@grpc/grpc-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestMesh } from '../support/mesh.js';
import { demoPerson, newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let dev: Person;
let root: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  [dev, root] = await Promise.all([
    demoPerson(mesh, 'dev@florin.test'),
    demoPerson(mesh, 'root@florin.test'),
  ]);
});
afterAll(async () => {
  await Promise.all([dev?.mcp.close(), root?.mcp.close()]);
  await mesh?.stop();
});

/** As the person does it in the browser. */
async function grant(approval_id: string): Promise<void> {
  const sql = postgres(mesh.environment('identity').DATABASE_URL ?? '', { max: 1 });
  try {
    await sql`update approvals set decision = 'granted', decided_at = now()
      where approval_id = ${idToUuid(approval_id, 'apr')}`;
  } finally {
    await sql.end();
  }
}

async function makeKey(over: object = {}): Promise<{ key_id: string; api_key: string }> {
  const args = { name: 'A test', permissions: ['banking:read'], ...over };
  const { approval } = await dev.mcp.call<{ approval: { approval_id: string } }>('generate_api_key', args);
  await grant(approval.approval_id);
  return dev.mcp.call('generate_api_key', { ...args, approval_id: approval.approval_id });
}

/** At the gateway: the status of a tool call with this credential. */
async function atGateway(credential: string): Promise<Response> {
  return fetch(mesh.mcp_url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      authorization: `Bearer ${credential}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'list_accounts', arguments: {} },
    }),
  });
}

/** What the gateway gets for a credential, and hands to services. */
async function meshToken(credential: string): Promise<string> {
  const identity_address = mesh.grpc('identity');
  const secret = mesh.environment('gateway').SERVICE_SECRET ?? '';
  const own = createServiceTokens({ service: 'gateway', secret, identity_address, now: systemClock });
  const client = new florin.identity.v1.Tokens(identity_address, credentials.createInsecure());
  try {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await own.get()}`);
    return await new Promise((resolve, reject) => {
      client.Exchange({ credential, client_ip: '127.0.0.1' }, metadata, (error, response) =>
        error ? reject(error) : resolve(response?.mesh_token ?? ''),
      );
    });
  } finally {
    own.close();
    client.close();
  }
}

/** At banking itself, past the gateway: the reason of the refusal, or OK. */
async function directly(mesh_token: string): Promise<string | undefined> {
  const banking = createMeshCaller(mesh.grpc('banking'));
  try {
    await banking.call('tool', 'list_accounts', {}, mesh_token);
    return 'OK';
  } catch (error) {
    return (error as { reason?: string }).reason;
  } finally {
    banking.close();
  }
}

/** Asks until both refuse, and says how long each took. */
async function refusedEverywhere(what: string, credential: string, revoke: () => Promise<unknown>) {
  const mesh_token = await meshToken(credential);
  expect((await atGateway(credential)).status).toBe(200);
  expect(await directly(mesh_token)).toBe('OK');
  await revoke();
  const revoked_at_ms = performance.now();
  const until = async (place: string, isRefused: () => Promise<boolean>) => {
    await vi.waitFor(async () => expect(await isRefused()).toBe(true), { timeout: 5_000, interval: 20 });
    const took_ms = Math.round(performance.now() - revoked_at_ms);
    process.stdout.write(`${what} is refused ${place} after ${took_ms} ms\n`);
    expect(took_ms).toBeLessThan(1_000);
  };
  await Promise.all([
    until('at the gateway', async () => (await atGateway(credential)).status === 401),
    until('by banking, called directly', async () => (await directly(mesh_token)) === 'INVALID_TOKEN'),
  ]);
}

function everythingIsRefused(how: string): void {
  it('an API key that was revoked', async () => {
    const { key_id, api_key } = await makeKey();
    await refusedEverywhere(`A key ${how}`, api_key, () => dev.mcp.call('revoke_api_key', { key_id }));
  });

  it('a session that has ended', async () => {
    const { access_token, mcp } = await newPerson(mesh);
    await refusedEverywhere(`A session ${how}`, access_token, () => mcp.call('end_session'));
    await mcp.close();
  });

  it('a person who was suspended', async () => {
    const { user_id, access_token, mcp } = await newPerson(mesh);
    await refusedEverywhere(`A suspended person ${how}`, access_token, () =>
      root.mcp.call('suspend_user', { user_id }),
    );
    await mcp.close();
  });
}

// proves: revoked-within-a-second
describe('within a second everybody refuses', () => {
  everythingIsRefused('over NATS');
});

describe('an API key', () => {
  it('that its owner limits is told when it may go on', async () => {
    const { api_key } = await makeKey({ requests_per_minute: 2 });
    expect((await atGateway(api_key)).status).toBe(200);
    expect((await atGateway(api_key)).status).toBe(200);
    // A model reads results of tools, and no status of HTTP.
    const response = await atGateway(api_key);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).toMatch(/"isError":true.*RATE_LIMITED|RATE_LIMITED.*"isError":true/);
  });

  it('that may be used from elsewhere only is refused here', async () => {
    const { api_key } = await makeKey({ allowed_ips: ['203.0.113.0/24'] });
    expect((await atGateway(api_key)).status).toBe(403);
    const here = await makeKey({ allowed_ips: ['127.0.0.0/8'] });
    expect((await atGateway(here.api_key)).status).toBe(200);
  });
});

// proves: revoked-within-a-second
describe('with NATS cut, within a second everybody refuses', () => {
  beforeAll(() => mesh.nats.stop());
  afterAll(() => mesh.nats.restart());

  everythingIsRefused('without NATS');

  it('nobody else: what was not revoked goes on working', async () => {
    const { access_token, mcp } = await newPerson(mesh);
    expect((await atGateway(access_token)).status).toBe(200);
    await mcp.close();
  });
});
