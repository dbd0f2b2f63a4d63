import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerOf, callOf, post } from './support/clients.js';
import { USER_ID } from './support/toy-identity.js';
import { everything, only, startToyMesh, type ToyMesh } from './support/toy-mesh.js';

let mesh: ToyMesh;
beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

const addNote = () =>
  post(`${mesh.url}/mcp`, callOf('add_note', { note: 'milk' }), { authorization: `Bearer ${everything}` });

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
