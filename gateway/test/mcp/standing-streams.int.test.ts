import { until } from '@florin/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { boxOfferWithTools } from '../support/box-service.js';
import { answerOf, connectOld, post } from '../support/clients.js';
import { type EventSource, startEvents } from '../support/events.js';
import { USER_ID } from '../support/toy-identity.js';
import { everything, tokenFor } from '../support/toy-mesh.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

let replicas: TwoReplicas;
let events: EventSource;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  replicas = await startTwoReplicas({ boxes: boxOfferWithTools('boxes') });
  events = await startEvents(replicas.nats_url);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(async () => {
  await events?.close();
  await replicas?.stop();
});

const bearer = (token = everything) => ({ authorization: `Bearer ${token}` });
const stream = { accept: 'text/event-stream' };

/** The official client of line 2.x as those of 2025-11-25 are, and the URIs that it was told of. */
async function withStream(url: string, capabilities: object): Promise<{ client: Client; told: string[] }> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities, versionNegotiation: { mode: 'legacy' } },
  );
  open.push(client);
  const told: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    told.push(params.uri);
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: bearer() } }),
  );
  return { client, told };
}

/** A stream that is read, with all that came on it so far. */
async function listenAt(url: string, token: string) {
  const gone = new AbortController();
  const response = await fetch(url, { headers: { ...stream, ...bearer(token) }, signal: gone.signal });
  let told = '';
  const read = async () => {
    for await (const text of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()))
      told += text;
  };
  read().catch(() => undefined);
  return { told: () => told, leave: () => gone.abort() };
}

async function boxContent(url: string) {
  const params = { uri: 'boxes://own_1/content' };
  return answerOf(await post(url, { jsonrpc: '2.0', id: 1, method: 'resources/read', params }, bearer()));
}

describe('the standing stream of the 2025 revisions', () => {
  it.each([
    ['within a session', { elicitation: { url: {} } }],
    ['without a session', {}],
  ])('tells a client %s of what it subscribed to, at whichever replica', async (_case, capabilities) => {
    const { client, told } = await withStream(replicas.any, capabilities);
    await client.subscribeResource({ uri: 'boxes://me/boxes' });
    await client.subscribeResource({ uri: 'boxes://own_1/content' });
    await expect(client.subscribeResource({ uri: 'boxes://other/content' })).rejects.toMatchObject({
      code: -32602,
    });
    events.changed(`boxes://${USER_ID}/boxes`, 'boxes://own_2/content');
    await until(() => expect(told).toEqual(['boxes://me/boxes']));
    await client.unsubscribeResource({ uri: 'boxes://me/boxes' });
    events.changed(`boxes://${USER_ID}/boxes`, 'boxes://own_1/content');
    await until(() => expect(told).toEqual(['boxes://me/boxes', 'boxes://own_1/content']));
  });

  it('is told of the same when its client opens it again, at another replica', async () => {
    const token = tokenFor('profile:read', 'client:reopens');
    const opened = async (url: string) => {
      const gone = new AbortController();
      const headers = { ...stream, ...bearer(token) };
      const response = await fetch(url, { headers, signal: gone.signal });
      const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
      return { gone, reader };
    };
    const subscribe = (uri: string, method = 'subscribe') =>
      post(
        replicas.b,
        { jsonrpc: '2.0', id: 1, method: `resources/${method}`, params: { uri } },
        bearer(token),
      );
    const first = await opened(replicas.a);
    for (const uri of ['boxes://own_1/content', 'boxes://own_2/content']) {
      expect((await answerOf(await subscribe(uri))).result).toEqual({});
    }
    await subscribe('boxes://own_2/content', 'unsubscribe').then(answerOf);
    first.gone.abort();
    const again = await opened(replicas.b);
    const told = again.reader.read();
    let isTold = false;
    void told.then(() => {
      isTold = true;
    });
    await until(() => {
      events.changed('boxes://own_2/content', 'boxes://own_1/content');
      expect(isTold).toBe(true);
    });
    expect((await told).value).toContain('boxes://own_1/content');
    expect((await told).value).not.toContain('boxes://own_2/content');
    again.gone.abort();
  });

  it('tells of what may have changed while there was none, and of what could not be asked for at first', async () => {
    const token = tokenFor('profile:read', 'client:returns');
    const subscribe = async (uri: string) => {
      const body = { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } };
      return (await answerOf(await post(replicas.a, body, bearer(token)))).result;
    };
    const first = await listenAt(replicas.a, token);
    expect(await subscribe('boxes://own_1/content')).toEqual({});
    first.leave();
    const { boxes } = replicas.mesh.toys;
    await boxes?.kill();
    await until(async () => expect((await boxContent(replicas.b)).error).toBeDefined());
    const again = await listenAt(replicas.b, token);
    await boxes?.restart();
    await until(() => expect(again.told()).toContain('boxes://own_1/content'), { timeout: 30_000 });
    events.changed('boxes://own_1/content');
    await until(() => expect(again.told().split('boxes://own_1/content')).toHaveLength(3));
    again.leave();
  });

  it('tells every window of a client without sessions, whichever of them has subscribed', async () => {
    const token = tokenFor('profile:read', 'client:windows');
    const windows = [await listenAt(replicas.a, token), await listenAt(replicas.b, token)];
    const ask = async (method: string) => {
      const params = { uri: 'boxes://own_3/content' };
      const body = { jsonrpc: '2.0', id: 1, method: `resources/${method}`, params };
      expect((await answerOf(await post(replicas.a, body, bearer(token)))).result).toEqual({});
    };
    await ask('subscribe');
    await until(() => {
      events.changed('boxes://own_3/content');
      for (const window of windows) expect(window.told()).toContain('boxes://own_3/content');
    });
    for (const window of windows) window.leave();
  });

  it('serves the client of line 1.x as well', async () => {
    const client = await connectOld(replicas.any, everything);
    open.push(client);
    expect((await client.listTools()).tools.length).toBeGreaterThan(2);
    await until(async () => expect(await client.subscribeResource({ uri: 'boxes://me/boxes' })).toEqual({}));
  });

  it('has to be open before anything is told by it', async () => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'resources/subscribe',
      params: { uri: 'boxes://me/boxes' },
    };
    const token = tokenFor('profile:read', 'client:lonely');
    const { error } = await answerOf(await post(replicas.a, body, bearer(token)));
    expect(error?.data?.error).toMatchObject({ reason: 'FAILED_PRECONDITION' });
    expect(error?.message).toContain('GET');
  });

  it('is opened for a caller, as a stream, and since 2026-07-28 not at all', async () => {
    const status = async (headers: Record<string, string>, path = '') =>
      (await fetch(replicas.a + path, { headers })).status;
    expect(await status(stream)).toBe(401);
    expect(await status(bearer())).toBe(406);
    expect(await status({ ...stream, ...bearer(), 'mcp-protocol-version': '2026-07-28' })).toBe(405);
    expect(await status({ ...stream, ...bearer(), 'mcp-session-id': 'made-up' })).toBe(404);
    expect(await status({ ...stream, ...bearer() }, '/public')).toBe(405);
  });

  it('is bounded for each client', async () => {
    const token = tokenFor('profile:read', 'client:greedy');
    const gone = new AbortController();
    const ask = () => fetch(replicas.a, { headers: { ...stream, ...bearer(token) }, signal: gone.signal });
    const answers = await Promise.all(Array.from({ length: 70 }, ask));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(6);
    gone.abort();
    await until(async () => {
      const again = new AbortController();
      const { status } = await fetch(replicas.a, {
        headers: { ...stream, ...bearer(token) },
        signal: again.signal,
      });
      again.abort();
      expect(status).toBe(200);
    });
  });

  it('ends with the access of its client', async () => {
    const token = tokenFor('profile:read', 'client:revoked');
    const response = await fetch(replicas.b, { headers: { ...stream, ...bearer(token) } });
    const ended = response.text();
    const { identity } = replicas.mesh;
    identity.refused.add(token);
    identity.revocations.push({ id: USER_ID, changed_at_ms: String(Date.now()) });
    expect(await ended).not.toContain('event:');
  });
});
