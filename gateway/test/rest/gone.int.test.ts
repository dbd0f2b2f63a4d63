import { request } from 'node:http';
import { until } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything, only, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';

let mesh: ToyMesh;
beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

const headers = { 'content-type': 'application/json', authorization: `Bearer ${everything}` };

it('a call is not begun for a client that has left while it was admitted', async () => {
  const { held, exchanges } = mesh.identity;
  let admit: () => void = () => undefined;
  held.by = new Promise((resolve) => {
    admit = resolve;
  });
  const url = `${mesh.url}/v1/tools/add_note`;
  const leaving = request(url, { method: 'POST', headers });
  leaving.once('error', () => undefined);
  leaving.end('{"note":"of who left"}');
  await until(() => expect(exchanges).toHaveLength(1));
  // It waits for the same exchange, and is answered after whatever comes of the first one.
  const staying = fetch(url, { method: 'POST', headers, body: '{"note":"of who stayed"}' });
  leaving.destroy();
  // Each is a connection of its own, and heard after the one that ended before it.
  for (let round = 0; round < 3; round += 1) await fetch(`${mesh.url}/healthz`);
  admit();
  expect((await staying).status).toBe(200);
  expect(only(mesh).deps.notes).toEqual(['of who stayed']);
});
