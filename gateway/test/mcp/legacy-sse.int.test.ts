import { until } from '@florin/testkit';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, post } from '../support/clients.js';
import { everything, only, tokenFor } from '../support/toy-mesh.js';
import { startTwoReplicas, type TwoReplicas } from '../support/two-replicas.js';

let replicas: TwoReplicas;
beforeAll(async () => {
  replicas = await startTwoReplicas();
});
afterAll(() => replicas?.stop());

const bearer = (token = everything) => ({ authorization: `Bearer ${token}` });

/** The official client of line 1.x on the transport of 2024-11-05. */
async function connectSse(url: string, token = everything): Promise<OldClient> {
  const transport = new SSEClientTransport(new URL(url), { requestInit: { headers: bearer(token) } });
  const client = new OldClient({ name: 'test', version: '1' });
  // Its types are from before exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<OldClient['connect']>[0]);
  return client;
}

describe('HTTP+SSE, the transport of 2024-11-05', () => {
  it.each(['a', 'any'] as const)('serves the official client of line 1.x, at %s replica', async (which) => {
    const client = await connectSse(`${replicas[which]}/sse/my-editor`);
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    for (let n = 0; n < 5; n += 1) {
      const { structuredContent } = await client.callTool({ name: 'say_hello', arguments: { name: `${n}` } });
      expect(structuredContent).toEqual({ greeting: `Hello ${n}` });
      const added = await client.callTool({ name: 'add_note', arguments: { note: 'milk' } });
      expect(added.structuredContent).toHaveProperty('note_id');
    }
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
    expect((await client.readResource({ uri: 'notes://me/list' })).contents).toHaveLength(1);
    await client.close();
  });

  it('gives progress, and cancels at the service, wherever the messages arrive', async () => {
    const client = await connectSse(`${replicas.any}/sse/my-editor`);
    const progress: unknown[] = [];
    const controller = new AbortController();
    const call = client.callTool({ name: 'read_slowly', arguments: {} }, undefined, {
      onprogress: (step) => progress.push(step),
      signal: controller.signal,
    });
    call.catch(() => undefined);
    await until(() => expect(progress).toHaveLength(2));
    controller.abort();
    await until(() => expect(only(replicas.mesh).seen.at(-1)?.signal.aborted).toBe(true));
    await client.close();
  });

  it('keeps two windows of one program apart, though they share their address', async () => {
    const [one, two] = await Promise.all([
      connectSse(`${replicas.any}/sse/my-editor`),
      connectSse(`${replicas.any}/sse/my-editor`),
    ]);
    const names = Array.from({ length: 20 }, (_, n) => `${n}`);
    const ask = (client: OldClient, who: string) =>
      Promise.all(
        names.map(async (n) => {
          const result = await client.callTool({ name: 'say_hello', arguments: { name: who + n } });
          return (result.structuredContent as { greeting: string }).greeting;
        }),
      );
    const [first, second] = await Promise.all([ask(one, 'Ada'), ask(two, 'Ben')]);
    expect(first).toEqual(names.map((n) => `Hello Ada${n}`));
    expect(second).toEqual(names.map((n) => `Hello Ben${n}`));
    await Promise.all([one.close(), two.close()]);
  });

  it('serves a client that posts to the id that it has chosen itself', async () => {
    const gone = new AbortController();
    const stream = await fetch(`${replicas.a}/sse/chosen-7`, {
      headers: { accept: 'text/event-stream', ...bearer() },
      signal: gone.signal,
    });
    const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(
      /^event: endpoint\ndata: \/mcp\/messages\/chosen-7\?connection=/,
    );
    const call = callOf('get_mesh_status', {}, 5);
    await until(async () =>
      expect((await post(`${replicas.b}/messages/chosen-7`, call, bearer())).status).toBe(202),
    );
    expect((await reader.read()).value).toContain('"id":5');
    gone.abort();
  });

  it('takes messages for open streams of the same caller alone', async () => {
    const gone = new AbortController();
    const stream = await fetch(`${replicas.a}/sse/mine`, {
      headers: { accept: 'text/event-stream', ...bearer() },
      signal: gone.signal,
    });
    const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    const endpoint = /data: (\S+)/.exec((await reader.read()).value ?? '')?.[1] ?? '';
    const address = new URL(endpoint, replicas.b).href;
    const call = callOf('get_mesh_status');
    const eve = bearer(tokenFor('profile:read', 'client:eve'));
    expect((await post(address, call, eve)).status).toBe(404);
    expect((await post(`${replicas.b}/messages/mine`, call, eve)).status).toBe(404);
    expect((await post(`${replicas.b}/messages/another`, call, bearer())).status).toBe(404);
    expect((await post(`${address.slice(0, -3)}AAA`, call, bearer())).status).toBe(404);
    expect((await post(address, call, {})).status).toBe(401);
    expect((await post(address, '{', bearer())).status).toBe(400);
    await until(async () => expect((await post(address, call, bearer())).status).toBe(202));
    gone.abort();
    await until(async () => expect((await post(address, call, bearer())).status).toBe(404));
  });

  it('opens no stream for nobody, and none that is not asked for as one', async () => {
    const url = `${replicas.a}/sse/mine`;
    expect((await fetch(url, { headers: { accept: 'text/event-stream' } })).status).toBe(401);
    expect((await fetch(url, { headers: bearer() })).status).toBe(406);
    expect((await fetch(`${replicas.a}/sse/${'x'.repeat(65)}`, { headers: bearer() })).status).toBe(404);
    expect((await post(url, callOf('get_mesh_status'), bearer())).status).toBe(405);
  });
});
