import { createLogger, systemClock } from '@florin/chassis';
import { until } from '@florin/testkit';
import { afterEach, expect, it, vi } from 'vitest';
import { Peer } from '../../src/mesh/peer.js';
import { type ScriptedService, startScripted } from '../support/scripted-service.js';

const addresses = vi.hoisted(() => [] as string[]);
vi.mock('../../src/mesh/resolve.js', () => ({ resolveAddresses: async () => addresses }));

let replicas: ScriptedService[] = [];
let peer: Peer | undefined;

afterEach(async () => {
  peer?.close();
  for (const replica of replicas) await replica.stop();
  replicas = [];
});

/** A replica of a build that shows one tool, named as its version. */
async function startReplica(version: string): Promise<ScriptedService> {
  const replica = await startScripted((stream, { heartbeat }) => {
    if (heartbeat) stream.write({ call_id: 0, heartbeat: {} });
  });
  const tools = [{ tool: { name: version, inputSchema: { type: 'object' } }, scopes: [], public: false }];
  replica.catalogue.json = JSON.stringify({ tools, resources: [], resource_templates: [], prompts: [] });
  replica.catalogue.hash = version;
  replicas.push(replica);
  addresses.push(`127.0.0.1:${replica.port}`);
  return replica;
}

it('shows what the replicas that are left show, whichever was asked last', async () => {
  await startReplica('new');
  const old = await startReplica('old');
  peer = new Peer({
    name: 'scripted',
    address: 'scripted:1',
    call_timeout_ms: 1_000,
    now: systemClock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    onCatalogue: () => undefined,
    onStatus: () => undefined,
  });
  const shown = () => peer?.catalogue?.tools.map(({ tool }) => tool.name);
  await until(() => expect(peer?.linksUp).toBe(4));
  await until(() => {
    old.streams[0]?.write({ call_id: 0, catalogue_changed: { content_hash: 'old' } });
    expect(shown()).toEqual(['old']);
  });
  await old.stop();
  await until(() => expect(shown()).toEqual(['new']));
});
