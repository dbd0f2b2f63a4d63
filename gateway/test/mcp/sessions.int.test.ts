import { until } from '@florin/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, callOf, post } from '../support/clients.js';
import { createToyApproval, type ToyApproval } from '../support/toy-approval.js';
import { everything, tokenFor, urlOf } from '../support/toy-mesh.js';
import { toyOffer } from '../support/toy-service.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

let replicas: TwoReplicas;
let approval: ToyApproval;
beforeAll(async () => {
  approval = createToyApproval();
  replicas = await startTwoReplicas({ toy: toyOffer, approval: approval.offer });
});
afterAll(() => replicas?.stop());
beforeEach(() => {
  approval.sent.length = 0;
});

const bearer = (token = everything) => ({ authorization: `Bearer ${token}` });

function initialize(url: string, capabilities: object, token = everything): Promise<Response> {
  const clientInfo = { name: 'test', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo };
  return post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, bearer(token));
}

async function sessionAt(url: string): Promise<string> {
  const response = await initialize(url, { elicitation: { url: {} } });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

const within = (session: string, token?: string) => ({ ...bearer(token), 'mcp-session-id': session });

/** The messages of a stream of events, as they come. */
async function* eventsOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = part.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length));
    }
  }
}

/** The official client of line 2.x as clients of 2025-11-25 are, with somebody in front of it who opens pages. */
async function withPerson(url: string, open: (page: string) => void): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: 'legacy' } },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    open('url' in params ? params.url : '');
    return { action: 'accept' };
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: bearer() } }),
  );
  return client;
}

describe('a client of 2025-11-25 that opens pages', () => {
  it('is asked to while its call waits, through a balancer without affinity', async () => {
    const opened: string[] = [];
    const client = await withPerson(replicas.any, (page) => {
      opened.push(page);
      approval.verdicts.set(approval.last(), 'granted');
    });
    for (const payee of ['Ada', 'Ben', 'Cy']) {
      const result = await client.callTool({ name: 'send', arguments: { payee } });
      expect(result.structuredContent).toEqual({ status: 'done' });
    }
    expect(approval.sent).toEqual(['Ada', 'Ben', 'Cy']);
    expect(opened).toHaveLength(3);
    await client.close();
  });

  it('calls every tool as ever within its session', async () => {
    const client = await withPerson(replicas.any, () => undefined);
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    const result = await client.callTool({ name: 'say_hello', arguments: { name: 'Ada' } });
    expect(result.structuredContent).toEqual({ greeting: 'Hello Ada' });
    const wrong = await client.callTool({ name: 'add_note', arguments: {} });
    expect(wrong.structuredContent).toMatchObject({ error: { reason: 'INVALID_ARGUMENT' } });
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
    await client.close();
  });
});

// proves: any-replica-any-session
describe('any replica answers any request of a session', () => {
  it('initialized at one, called at the other, answered at the first', async () => {
    const session = await sessionAt(replicas.a);
    const call = await post(replicas.b, callOf('send', { payee: 'Ben' }, 7), within(session));
    const events = eventsOf(call);
    const { value: asked } = await events.next();
    expect(asked).toMatchObject({ method: 'elicitation/create', params: { mode: 'url' } });
    approval.verdicts.set(approval.last(), 'granted');
    const answer = { jsonrpc: '2.0', id: asked?.id, result: { action: 'accept' } };
    expect((await post(replicas.a, answer, within(session))).status).toBe(202);
    const { value: done } = await events.next();
    expect(done).toMatchObject({ id: 7, result: { structuredContent: { status: 'done' } } });
    expect((await events.next()).done).toBe(true);
  });

  it('but not to another session, which answers in vain', async () => {
    const session = await sessionAt(replicas.a);
    const gone = new AbortController();
    const call = await fetch(replicas.a, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...within(session),
      },
      body: JSON.stringify(callOf('send', { payee: 'Ben' })),
      signal: gone.signal,
    });
    const { value: asked } = await eventsOf(call).next();
    const other = await sessionAt(replicas.b);
    const answer = { jsonrpc: '2.0', id: asked?.id, result: { action: 'accept' } };
    const calls = replicas.mesh.toys.approval?.seen.length;
    expect((await post(replicas.b, answer, within(other))).status).toBe(202);
    await post(replicas.a, answer, bearer());
    await post(replicas.a, callOf('say_hello', { name: 'Ada' }), bearer());
    expect(replicas.mesh.toys.approval?.seen.length).toBe(calls);
    gone.abort();
  });
});

describe('a session', () => {
  it('is given to who can be asked something, and to nobody else', async () => {
    for (const capabilities of [{}, { roots: {} }]) {
      expect((await initialize(replicas.a, capabilities)).headers.get('mcp-session-id')).toBeNull();
    }
    for (const capabilities of [{ elicitation: {} }, { sampling: {} }]) {
      expect((await initialize(replicas.a, capabilities)).headers.get('mcp-session-id')).toMatch(/^[\w-]+$/);
    }
    const nobody = await initialize(`${replicas.a}/public`, { elicitation: {} }, '');
    expect(nobody.headers.get('mcp-session-id')).toBeNull();
  });

  it("is 404 for another credential's client, for an id that was made up, and after its end", async () => {
    const session = await sessionAt(replicas.a);
    const status = async (url: string, id: string, token?: string) =>
      (await post(url, callOf('get_mesh_status'), within(id, token))).status;
    expect(await status(replicas.b, session)).toBe(200);
    expect(await status(replicas.b, session, tokenFor('profile:read', 'client:eve'))).toBe(404);
    expect(await status(replicas.b, `${session.slice(0, -4)}AAAA`)).toBe(404);
    expect(await status(replicas.b, 'made-up')).toBe(404);
    const standing = await fetch(replicas.b, {
      headers: { ...within(session), accept: 'text/event-stream' },
    });
    const ended = await fetch(replicas.a, { method: 'DELETE', headers: within(session) });
    expect(ended.status).toBe(204);
    await standing.text();
    expect(await status(replicas.a, session)).toBe(404);
    await until(async () => expect(await status(replicas.b, session)).toBe(404));
  });
});

// proves: ended-session-stays-ended
it('a session that its client has ended stays so at a replica that starts later', async () => {
  const session = await sessionAt(replicas.a);
  const ended = await fetch(replicas.b, { method: 'DELETE', headers: within(session) });
  expect(ended.status).toBe(204);
  const later = `${urlOf(await replicas.mesh.addReplica())}/mcp`;
  const other = await sessionAt(replicas.a);
  await until(async () => {
    expect((await post(later, callOf('get_mesh_status'), within(session))).status).toBe(404);
  });
  expect((await post(later, callOf('get_mesh_status'), within(other))).status).toBe(200);
});

it('a client of 2025 may set a level of logging, as that revision has it', async () => {
  const level = { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'info' } };
  const answer = await answerOf(await post(replicas.any, level, bearer()));
  expect(answer.result).toEqual({});
});
