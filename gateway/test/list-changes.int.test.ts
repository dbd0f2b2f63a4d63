import { claimNats, until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listenTo } from './support/listening.js';
import { manyTools } from './support/many-tools.js';
import { startToyMesh, type ToyMesh, tokenFor } from './support/toy-mesh.js';
import { toyOffer } from './support/toy-service.js';

const reader = tokenFor('profile:read');
const lists = { toolsListChanged: true, resourcesListChanged: true, promptsListChanged: true };
const TOOLS = 'notifications/tools/list_changed';
let mesh: ToyMesh;
let url: string;
const open: Listener[] = [];

beforeAll(async () => {
  mesh = await startToyMesh({ toy: toyOffer, many: manyTools(5) }, { NATS_URL: await claimNats() });
  url = `${mesh.url}/mcp?toolsets=all`;
});
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});
afterAll(() => mesh?.stop());

async function listen(token = reader): Promise<Listener> {
  const listener = await listenTo(url, token, lists);
  open.push(listener);
  return listener;
}

async function restartMany(count: number): Promise<void> {
  await mesh.toys.many?.kill();
  await mesh.toys.many?.restart(manyTools(count));
  await until(async () => {
    const metrics = await (await fetch(`${mesh.url}/metrics`)).text();
    expect(metrics).toMatch(/florin_mesh_links_up\{peer="many"[^}]*\} 2/);
  });
}

// proves: no-reload-storm
describe('a service that flaps', () => {
  it('makes no client read its lists again, since they are what they were', { timeout: 60_000 }, async () => {
    const listener = await listen();
    for (let round = 0; round < 4; round += 1) await restartMany(5);
    // What changes for good is told: after it nothing older is still to come.
    await restartMany(6);
    await until(() => expect(listener.lists()).toEqual([TOOLS]));
  });

  it('with another list each time tells a client of it once in three seconds at most', {
    timeout: 60_000,
  }, async () => {
    const listener = await listen();
    const begun = performance.now();
    for (const count of [7, 8, 9, 10]) await restartMany(count);
    await until(() => expect(listener.lists().length).toBeGreaterThan(0));
    const most = 1 + Math.ceil((performance.now() - begun) / 3_000);
    expect(listener.lists().length).toBeLessThanOrEqual(most);
  });
});

describe('a list that changed for others', () => {
  it('is nothing to a client whose own did not', { timeout: 60_000 }, async () => {
    const writer = await listen(tokenFor('payments:write'));
    const other = await listen();
    await restartMany(12);
    await until(() => expect(other.lists()).toEqual([TOOLS]));
    expect(writer.lists()).toEqual([]);
  });
});
