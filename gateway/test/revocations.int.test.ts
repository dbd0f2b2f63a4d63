import { fault, toFailure } from '@florin/faults';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerOf, callOf, post } from './support/clients.js';
import { startScripted } from './support/scripted-service.js';
import { USER_ID } from './support/toy-identity.js';
import { everything, only, startToyMesh, type ToyMesh } from './support/toy-mesh.js';

let mesh: ToyMesh;
beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

const addNote = () =>
  post(`${mesh.url}/mcp`, callOf('add_note', { note: 'milk' }), { authorization: `Bearer ${everything}` });

const oneTool = JSON.stringify({
  tools: [
    {
      tool: { name: 'write', title: 'Write', description: 'Writes.', inputSchema: { type: 'object' } },
      scopes: [],
      public: false,
    },
  ],
  resources: [],
  resource_templates: [],
  prompts: [],
});

// proves: revoked-within-a-second
describe('a credential that was exchanged before', () => {
  it('is taken as it was while identity is down: each service asks for itself whether it still holds', async () => {
    await addNote();
    await mesh.identity.stop();
    const { result } = await answerOf(await addNote());
    expect(result?.structuredContent).toMatchObject({ user_id: USER_ID });
    await mesh.identity.restart();
  });

  it('is exchanged again within a second after it was revoked, and until then once', async () => {
    for (let call = 0; call < 5; call += 1) expect((await addNote()).status).toBe(200);
    expect(mesh.identity.exchanges).toHaveLength(1);
    const [before] = only(mesh).seen.slice(-1);

    mesh.identity.revocations.push({ id: USER_ID, changed_at_ms: String(Date.now()) });
    const revoked_at_ms = performance.now();
    await vi.waitFor(
      async () => {
        await addNote();
        expect(mesh.identity.exchanges.length).toBeGreaterThan(1);
      },
      { timeout: 5_000, interval: 10 },
    );
    expect(performance.now() - revoked_at_ms).toBeLessThan(1_000);
    expect(only(mesh).seen.at(-1)?.mesh_token).not.toBe(before?.mesh_token);
  });
});

describe('a mesh token that a service refuses', () => {
  it('is exchanged anew, and the call made once more: before any effect, nothing is lost', async () => {
    const shown: string[] = [];
    const scripted = await startScripted((stream, call) => {
      if (!call.start) return;
      shown.push(call.start.mesh_token);
      const isNew = shown.some((token) => token !== call.start?.mesh_token);
      const result = { result_json: Buffer.from('{"ok":true}') };
      const failure = toFailure(fault('INVALID_TOKEN', 'The token is not good here.'));
      stream.write(isNew ? { call_id: call.call_id, result } : { call_id: call.call_id, failure });
    });
    scripted.catalogue.json = oneTool;
    const other = await startToyMesh({}, { SERVICES: `scripted=127.0.0.1:${scripted.port}` });
    const call = () =>
      post(`${other.url}/mcp`, callOf('write'), { authorization: `Bearer ${everything}` }).then(answerOf);
    expect((await call()).result?.structuredContent).toEqual({ ok: true });
    expect(shown).toHaveLength(2);
    // What it was exchanged for is remembered as ever.
    expect((await call()).result?.structuredContent).toEqual({ ok: true });
    expect(shown).toHaveLength(3);
    expect(other.identity.exchanges).toHaveLength(2);
    await other.stop();
    await scripted.stop();
  });

  it('is refused once where the new one is no better', async () => {
    let calls = 0;
    const scripted = await startScripted((stream, call) => {
      if (!call.start) return;
      calls += 1;
      const failure = toFailure(fault('INVALID_TOKEN', 'The token is not good here.'));
      stream.write({ call_id: call.call_id, failure });
    });
    scripted.catalogue.json = oneTool;
    const other = await startToyMesh({}, { SERVICES: `scripted=127.0.0.1:${scripted.port}` });
    const answer = await post(`${other.url}/mcp`, callOf('write'), { authorization: `Bearer ${everything}` });
    const { result } = await answerOf(answer);
    expect(result?.structuredContent).toMatchObject({ error: { reason: 'INVALID_TOKEN' } });
    expect(calls).toBe(2);
    await other.stop();
    await scripted.stop();
  });
});
