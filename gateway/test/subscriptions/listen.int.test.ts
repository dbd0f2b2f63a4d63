import { claimNats, until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { boxOffer } from '../support/box-service.js';
import { connect, post } from '../support/clients.js';
import { type EventSource, startEvents } from '../support/events.js';
import { type Listener, listenMessage, listenTo } from '../support/listening.js';
import { USER_ID } from '../support/toy-identity.js';
import { startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

const OTHER = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b3';
const reader = tokenFor('profile:read');
let mesh: ToyMesh;
let url: string;
let events: EventSource;
const open: Listener[] = [];

beforeAll(async () => {
  const NATS_URL = await claimNats();
  mesh = await startToyMesh({ red: boxOffer('red'), blue: boxOffer('blue') }, { NATS_URL });
  url = `${mesh.url}/mcp`;
  events = await startEvents(NATS_URL);
});
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});
afterAll(async () => {
  await events?.close();
  await mesh?.stop();
});

async function listen(resourceSubscriptions: string[], token = reader): Promise<Listener> {
  const listener = await listenTo(url, token, { resourceSubscriptions });
  open.push(listener);
  return listener;
}

// proves: told-of-changes
describe('a client that listens', () => {
  it('is told within 500 ms of each resource that it watches, of whichever service, and of no other', async () => {
    const uris = ['red://own_1/content', 'blue://own_2/content'];
    const listener = await listen(uris);
    expect(listener.notices[0]).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: {
        notifications: { resourceSubscriptions: uris },
        _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub-1' },
      },
    });
    const times_ms: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = listener.uris().length;
      const told_ms = performance.now();
      events.changed('red://own_1/content', 'red://own_3/content');
      events.changed('blue://own_2/content');
      await until(() => expect(listener.uris()).toHaveLength(before + 2), { interval: 5 });
      times_ms.push(performance.now() - told_ms);
    }
    // The median: a machine that is busy may be late once.
    expect(times_ms.sort((a, b) => a - b)[2]).toBeLessThan(500);
    expect(new Set(listener.uris())).toEqual(new Set(uris));
    expect(listener.notices.at(-1)?.params?._meta).toEqual({
      'io.modelcontextprotocol/subscriptionId': 'sub-1',
    });
  });

  it('may say "me" and filter: events say ids and the whole', async () => {
    const listener = await listen(['red://me/boxes', 'red://own_1/content?page=2']);
    events.changed(`red://${OTHER}/boxes`);
    events.changed(`red://${USER_ID}/boxes`, 'red://own_1/content');
    await until(() => expect(listener.uris()).toHaveLength(2));
    expect(listener.uris().sort()).toEqual(['red://me/boxes', 'red://own_1/content?page=2']);
  });

  it('is refused what it may not see, by the answer of its owner, and named which', async () => {
    for (const uri of [`red://${OTHER}/boxes`, 'blue://theirs/content', 'green://x/y']) {
      const { notices } = await listen(['red://me/boxes', uri]);
      expect(notices[0]?.error).toMatchObject({ code: -32602, data: { uri } });
      expect(notices[0]?.error?.data?.error).toMatchObject({ request_id: expect.any(String) });
    }
    const { notices } = await listen(['red://me/boxes'], tokenFor('payments:write'));
    expect(notices[0]?.error?.data?.error).toMatchObject({ reason: 'INSUFFICIENT_SCOPE' });
  });

  it('is told once of what changes often in a moment', async () => {
    const listener = await listen(['red://own_1/content', 'red://own_9/content']);
    for (let change = 0; change < 2_000; change += 1) events.changed('red://own_1/content');
    await events.flush();
    events.changed('red://own_9/content');
    await until(() => expect(listener.uris()).toContain('red://own_9/content'));
    expect(listener.uris().length).toBeLessThan(200);
  });

  it('is not bothered by events that name nothing, or nonsense', async () => {
    const listener = await listen(['red://own_1/content']);
    for (const event of [{}, [], 7, { resources: 7 }, { resources: '' }, { resources: 'x'.repeat(10_000) }]) {
      events.publish(event);
    }
    events.changed('red://own_1/content');
    await until(() => expect(listener.uris()).toEqual(['red://own_1/content']));
  });

  it('hears on the official client too', async () => {
    const client = await connect(url, reader);
    const heard: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      heard.push(params.uri);
    });
    const subscription = await client.listen({ resourceSubscriptions: ['blue://me/boxes'] });
    events.changed(`blue://${USER_ID}/boxes`);
    await until(() => expect(heard).toEqual(['blue://me/boxes']));
    await subscription.close();
    await client.close();
  });

  it('is told of at most 64 resources', async () => {
    const uris = Array.from({ length: 65 }, (_, index) => `red://own_${index}/content`);
    const { notices } = await listen(uris);
    expect(notices[0]?.error?.data?.error).toMatchObject({ reason: 'RESOURCE_EXHAUSTED' });
  });

  it('gets what it asks for apart from what is of a service that is away', async () => {
    await mesh.toys.blue?.kill();
    const listener = await listen(['red://me/boxes', 'blue://me/boxes']);
    expect(listener.notices[0]?.params?.notifications).toEqual({
      resourceSubscriptions: ['red://me/boxes'],
    });
    events.changed(`red://${USER_ID}/boxes`);
    await until(() => expect(listener.uris()).toEqual(['red://me/boxes']));
    await mesh.toys.blue?.restart();
  });

  it('is told when a service comes or goes', async () => {
    const listener = await listen(['mesh://status']);
    await until(async () => {
      const metrics = await (await fetch(`${mesh.url}/metrics`)).text();
      expect(metrics).toMatch(/florin_mesh_links_up\{peer="blue"[^}]*\} 2/);
    });
    await mesh.toys.blue?.kill();
    await until(() => expect(listener.uris()).toContain('mesh://status'));
    const before = listener.uris().length;
    await mesh.toys.blue?.restart();
    await until(() => expect(listener.uris().length).toBeGreaterThan(before));
  });

  it('is refused as every request is where a header is missing or the filter is none', async () => {
    const headers = { authorization: `Bearer ${reader}`, 'mcp-protocol-version': '2026-07-28' };
    const body = listenMessage({ resourceSubscriptions: 'red://me/boxes' });
    const noMethod = await post(url, listenMessage({}), headers);
    expect(noMethod.status).toBe(400);
    const wrong = await post(url, body, { ...headers, 'mcp-method': 'subscriptions/listen' });
    expect(await wrong.text()).toContain('-32602');
  });
});

describe('a stream', () => {
  // proves: stream-ends-with-access
  it('ends within two seconds after its access was revoked, and says why', async () => {
    const listener = await listen(['red://me/boxes'], tokenFor('profile:read', 'banking:read'));
    mesh.identity.refused.add(tokenFor('profile:read', 'banking:read'));
    mesh.identity.revocations.push({ id: USER_ID, changed_at_ms: String(Date.now()) });
    await listener.ended;
    expect(listener.notices.at(-1)?.error?.data?.error).toMatchObject({ code: 'UNAUTHENTICATED' });
    events.changed(`red://${USER_ID}/boxes`);
  });

  it('goes on where identity vouches for its access anew', async () => {
    const listener = await listen(['red://me/boxes']);
    const asked = mesh.identity.exchanges.length;
    mesh.identity.revocations.push({ id: USER_ID, changed_at_ms: String(Date.now()) });
    await until(() => expect(mesh.identity.exchanges.length).toBeGreaterThan(asked));
    events.changed(`red://${USER_ID}/boxes`);
    await until(() => expect(listener.uris()).toEqual(['red://me/boxes']));
  });
});
