import { until } from '@florin/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, connectOld, post } from '../support/clients.js';
import { everything, only, tokenFor } from '../support/toy-mesh.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

let replicas: TwoReplicas;
beforeAll(async () => {
  replicas = await startTwoReplicas();
});
afterAll(() => replicas?.stop());

const bearer = (token = everything) => ({ authorization: `Bearer ${token}` });
const cancel = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId, reason: 'no longer wanted' },
});
const toy = () => only(replicas.mesh);

/** Begins a call that does not end by itself, and returns once it is at the service. */
async function begin(url: string, id: unknown, headers: Record<string, string>, meta?: object) {
  const before = toy().seen.length;
  const call = callOf('read_slowly', {}, id);
  const params = { ...call.params, ...(meta !== undefined && { _meta: meta }) };
  const answer = post(url, { ...call, params }, headers).then((response) => response.text());
  await until(() => expect(toy().seen).toHaveLength(before + 1));
  const seen = toy().seen.at(-1);
  return { answer, cancelled: () => seen?.signal.aborted === true };
}

// proves: cancellation-reaches-the-service
describe("a 2025 client's cancellation, which is a POST of its own", () => {
  it('reaches the service, also at another replica, and the call is answered no more', async () => {
    for (const at of [replicas.a, replicas.b]) {
      const call = await begin(replicas.a, 41, bearer());
      expect((await post(at, cancel(41), bearer())).status).toBe(202);
      await until(() => expect(call.cancelled()).toBe(true));
      expect(await call.answer).toBe('');
    }
  });

  it('reaches a call that wants progress', async () => {
    const call = await begin(replicas.a, 'with-progress', bearer(), { progressToken: 'p' });
    await post(replicas.b, cancel('with-progress'), bearer());
    await until(() => expect(call.cancelled()).toBe(true));
    expect(await call.answer).not.toContain('"result"');
  });

  it("cancels nobody else's call, and none of another session or with another id", async () => {
    const call = await begin(replicas.a, 43, bearer());
    const nobodys = [
      post(replicas.a, cancel(43), bearer(tokenFor('profile:read', 'client:eve'))),
      post(replicas.b, cancel('43'), bearer()),
      post(replicas.b, cancel({ deep: [43] }), bearer()),
      post(replicas.b, cancel(undefined), bearer()),
    ];
    for (const answer of await Promise.all(nobodys)) expect(answer.status).toBe(202);
    // What comes after them on the same way has its effect: they had none.
    const other = await begin(replicas.a, 44, bearer());
    await post(replicas.b, cancel(44), bearer());
    await until(() => expect(other.cancelled()).toBe(true));
    expect(call.cancelled()).toBe(false);
    await post(replicas.b, cancel(43), bearer());
    await until(() => expect(call.cancelled()).toBe(true));
  });

  it('reaches a call of its session with another token than that came with: it was refreshed meanwhile', async () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { url: {} } },
      clientInfo: { name: 'test', version: '1' },
    };
    const [first, second] = ['time:1', 'time:2'].map((time) =>
      bearer(tokenFor('profile:read', 'client:refreshes', time)),
    );
    const begun = await post(replicas.a, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, first);
    await begun.text();
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    const call = await begin(replicas.a, 47, { ...first, ...session });
    await post(replicas.b, cancel(47), { ...second, ...session });
    await until(() => expect(call.cancelled()).toBe(true));
  });

  it('hits neither of two calls that cannot be told apart', async () => {
    const [one, two] = [await begin(replicas.a, 45, bearer()), await begin(replicas.a, 45, bearer())];
    await post(replicas.a, cancel(45), bearer());
    const other = await begin(replicas.a, 46, bearer());
    await post(replicas.a, cancel(46), bearer());
    await until(() => expect(other.cancelled()).toBe(true));
    expect([one.cancelled(), two.cancelled()]).toEqual([false, false]);
    toy().openGate();
    await Promise.all([one.answer, two.answer]);
  });

  it.each([
    ['without a session', {}],
    ['within one', { elicitation: { url: {} } }],
  ])('is what the official client of line 2.x sends %s', async (_case, capabilities) => {
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities, versionNegotiation: { mode: 'legacy' } },
    );
    const requestInit = { headers: bearer() };
    await client.connect(new StreamableHTTPClientTransport(new URL(replicas.any), { requestInit }));
    await aborted((signal) => client.callTool({ name: 'read_slowly', arguments: {} }, { signal }));
    await client.close();
  });

  it('is what the official client of line 1.x sends', async () => {
    const client = await connectOld(replicas.any, everything);
    await aborted((signal) => client.callTool({ name: 'read_slowly', arguments: {} }, undefined, { signal }));
    await client.close();
  });
});

async function aborted(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const before = toy().seen.length;
  const controller = new AbortController();
  const answer = call(controller.signal);
  answer.catch(() => undefined);
  await until(() => expect(toy().seen).toHaveLength(before + 1));
  controller.abort();
  await expect(answer).rejects.toThrow();
  await until(() => expect(toy().seen.at(-1)?.signal.aborted).toBe(true));
}
