import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, connect, connectOld } from './clients.js';
import { USER_ID } from './toy-identity.js';
import { everything, only, type ToyMesh, tokenFor } from './toy-mesh.js';

const toolNames = [
  'get_mesh_status',
  'read_resource',
  'add_note',
  'add_note_slowly',
  'pay',
  'read_slowly',
  'say_hello',
];

interface Served {
  mesh: ToyMesh;
  /** Of the `/mcp` that the clients connect to. */
  url: string;
  stop(): Promise<void>;
}

/** What every official client must find, wherever it connects: at one gateway, or at many behind a balancer. */
export function clientSuite(start: () => Promise<Served>): void {
  let mesh: ToyMesh;
  let url: string;
  let served: Served | undefined;

  beforeAll(async () => {
    served = await start();
    ({ mesh, url } = served);
  });
  afterAll(() => served?.stop());

  describe.each(['2026-07-28', 'legacy'] as const)('the official client of line 2.x, era %s', (era) => {
    it('is shown everything that its token opens, in one order', async () => {
      const client = await connect(url, everything, era);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(toolNames);
      expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['mesh://status']);
      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['notes://{user_id}/list']);
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['write_a_note']);
      expect(client.getInstructions()).toContain('OUTCOME_UNKNOWN');
      await client.close();
    });

    it('calls a tool and gets its structured content, and the same as text', async () => {
      const client = await connect(url, everything, era);
      const result = await client.callTool({ name: 'add_note', arguments: { note: 'milk' } });
      expect(result.structuredContent).toMatchObject({ user_id: USER_ID });
      expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(result.structuredContent) }]);
      await client.close();
    });

    it('gets a fault of a tool as a result that says what to do', async () => {
      const client = await connect(url, everything, era);
      const result = await client.callTool({ name: 'add_note', arguments: {} });
      expect(result.isError).toBe(true);
      expect(result.structuredContent).toMatchObject({
        error: { code: 'INVALID_ARGUMENT', request_id: expect.any(String) },
      });
      await client.close();
    });

    it('reads resources, gets prompts, and has their arguments completed', async () => {
      const client = await connect(url, everything, era);
      const { contents } = await client.readResource({ uri: 'notes://me/list' });
      expect(contents[0]).toMatchObject({ uri: 'notes://me/list', mimeType: 'application/json' });
      const prompt = await client.getPrompt({ name: 'write_a_note', arguments: { about: 'milk' } });
      expect(prompt.messages[0]?.content).toEqual({ type: 'text', text: 'Write a note about milk.' });
      const completed = await client.complete({
        ref: { type: 'ref/prompt', name: 'write_a_note' },
        argument: { name: 'about', value: 'mi' },
      });
      expect(completed.completion.values).toEqual(['milk']);
      const ofTemplate = await client.complete({
        ref: { type: 'ref/resource', uri: 'notes://{user_id}/list' },
        argument: { name: 'user_id', value: '' },
      });
      expect(ofTemplate.completion.values).toEqual(['me']);
      await client.close();
    });

    it('is told -32602 of a tool, a resource and a prompt that do not exist', async () => {
      const client = await connect(url, everything, era);
      await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toMatchObject({
        code: -32602,
      });
      await expect(client.readResource({ uri: 'nothing://here' })).rejects.toMatchObject({
        code: -32602,
        data: { uri: 'nothing://here', error: { reason: 'UNKNOWN_RESOURCE' } },
      });
      await expect(client.getPrompt({ name: 'no_such_prompt' })).rejects.toMatchObject({ code: -32602 });
      await client.close();
    });

    it('gets progress while it waits', async () => {
      const client = await connect(url, everything, era);
      const progress: unknown[] = [];
      const result = client.callTool(
        { name: 'read_slowly', arguments: {} },
        { onprogress: (step) => progress.push(step) },
      );
      await until(() => expect(progress).toHaveLength(2));
      expect(progress[1]).toEqual({ progress: 2, total: 3, message: 'counting' });
      only(mesh).openGate();
      expect((await result).structuredContent).toHaveProperty('count');
      await client.close();
    });
  });

  describe('the official client of line 1.x', () => {
    it('lists and calls tools, reads resources, gets prompts, completes', async () => {
      const client = await connectOld(url, everything);
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(toolNames);
      const result = await client.callTool({ name: 'say_hello', arguments: { name: 'Ada' } });
      expect(result.structuredContent).toEqual({ greeting: 'Hello Ada' });
      // What it has listed it holds every result against, also one that is an error.
      const failed = await client.callTool({ name: 'say_hello', arguments: {} });
      expect(failed).toMatchObject({
        isError: true,
        structuredContent: { error: { code: 'INVALID_ARGUMENT' } },
      });
      const { contents } = await client.readResource({ uri: 'notes://me/list' });
      expect(contents).toHaveLength(1);
      const prompt = await client.getPrompt({ name: 'write_a_note', arguments: { about: 'milk' } });
      expect(prompt.messages).toHaveLength(1);
      const completed = await client.complete({
        ref: { type: 'ref/prompt', name: 'write_a_note' },
        argument: { name: 'about', value: 'mo' },
      });
      expect(completed.completion.values).toEqual(['money']);
      await client.close();
    });
  });

  describe('the lists', () => {
    it('show what the scopes open, and no more', async () => {
      const client = await connect(url, tokenFor('profile:read'));
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual([
        'get_mesh_status',
        'read_resource',
        'read_slowly',
        'say_hello',
      ]);
      expect((await client.listPrompts()).prompts).toEqual([]);
      expect(tools.find(({ name }) => name === 'read_resource')?.description).toContain(
        'notes://{user_id}/list',
      );
      await client.close();
    });

    it('leave out of the description of read_resource what the caller may not read', async () => {
      const client = await connect(url, tokenFor('profile:write'));
      const { tools } = await client.listTools();
      const { description } = tools.find(({ name }) => name === 'read_resource') ?? {};
      expect(description).toContain('mesh://status');
      expect(description).not.toContain('notes://');
      await client.close();
    });
  });

  describe('a call that nobody waits for any more', () => {
    it('is cancelled at the service', async () => {
      const client = await connect(url, everything);
      const toy = only(mesh);
      const before = toy.seen.length;
      const controller = new AbortController();
      const call = client.callTool({ name: 'read_slowly', arguments: {} }, { signal: controller.signal });
      call.catch(() => undefined);
      await until(() => expect(toy.seen.length).toBeGreaterThan(before));
      controller.abort();
      await expect(call).rejects.toThrow();
      await until(() => expect(toy.seen.at(-1)?.signal.aborted).toBe(true));
      await client.close();
    });

    it('is cancelled when a client of the 2025 revisions closes the connection', async () => {
      const toy = only(mesh);
      const before = toy.seen.length;
      const controller = new AbortController();
      const headers = {
        authorization: `Bearer ${everything}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      };
      const body = JSON.stringify(callOf('read_slowly'));
      const call = fetch(url, { method: 'POST', headers, body, signal: controller.signal });
      // With progress or without, the answer's head may come before the answer: the body is what is waited for.
      const text = call.then((response) => response.text());
      text.catch(() => undefined);
      await until(() => expect(toy.seen.length).toBeGreaterThan(before));
      controller.abort();
      await expect(text).rejects.toThrow();
      await until(() => expect(toy.seen.at(-1)?.signal.aborted).toBe(true));
    });
  });

  describe("a client's token", () => {
    it('never reaches a service: what does is the mesh token', async () => {
      const client = await connect(url, everything);
      await client.callTool({ name: 'add_note', arguments: { note: 'milk' } });
      await client.readResource({ uri: 'notes://me/list' });
      const { seen } = only(mesh);
      expect(seen.length).toBeGreaterThan(1);
      for (const call of seen) {
        expect(JSON.stringify({ ...call, signal: undefined })).not.toContain('ok.profile');
        expect(call.mesh_token).toMatch(/^(eyJ.*)?$/);
      }
      await client.close();
    });
  });
}
