import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, callOf, post } from './support/clients.js';
import { type ScriptedService, startScripted } from './support/scripted-service.js';
import { startToyMesh, type ToyMesh, tokenFor } from './support/toy-mesh.js';

type Script = Parameters<typeof startScripted>[0];

const token = tokenFor('profile:read');
let mesh: ToyMesh;
let bad: ScriptedService;
let good: ScriptedService;
let answerBad: Script = () => undefined;

/** A service that shows a tool that reads and one that writes. */
async function scripted(prefix: string, script: Script): Promise<ScriptedService> {
  const service = await startScripted((stream, call) => {
    // It runs: only its answers are wrong.
    if (call.heartbeat) stream.write({ call_id: 0, heartbeat: {} });
    script(stream, call);
  });
  const tool = (name: string, readOnlyHint: boolean) => ({
    tool: { name: `${prefix}_${name}`, inputSchema: { type: 'object' }, annotations: { readOnlyHint } },
    scopes: ['profile:read'],
    public: false,
  });
  service.catalogue.json = JSON.stringify({
    tools: [tool('read', true), tool('write', false)],
    resources: [],
    resource_templates: [],
    prompts: [],
  });
  return service;
}

const reply =
  (json: string | Buffer): Script =>
  (stream, { call_id, start }) => {
    if (start) stream.write({ call_id, result: { result_json: Buffer.from(json) } });
  };

const startMesh = (CALL_TIMEOUT_MS: string) =>
  startToyMesh(undefined, {
    SERVICES: `bad=127.0.0.1:${bad.port},good=127.0.0.1:${good.port}`,
    CALL_TIMEOUT_MS,
  });

beforeAll(async () => {
  bad = await scripted('bad', (stream, call) => answerBad(stream, call));
  good = await scripted('good', reply('{"fine":true}'));
  mesh = await startMesh('1500');
});
afterAll(async () => {
  await mesh?.stop();
  await bad?.stop();
  await good?.stop();
});

async function call(name: string, { url } = mesh, shown = token, args = {}) {
  const { result } = await answerOf(
    await post(`${url}/mcp`, callOf(name, args), { authorization: `Bearer ${shown}` }),
  );
  return result as { structuredContent: { fine?: boolean; error?: Record<string, unknown> } };
}
const errorOf = async (name: string, args = {}) =>
  (await call(name, mesh, token, args)).structuredContent.error;
const works = async (name: string, at = mesh) =>
  expect((await call(name, at)).structuredContent).toEqual({ fine: true });
const goodWorks = () => works('good_read');

// proves: bad-service-contained
describe('a service that answers', () => {
  it.each([
    ['what is no JSON', '{"half":', 'cannot be read'],
    ['JSON that is no result', '[1]', 'cannot be read'],
    ['with bytes that are no text', Buffer.from([0xff, 0xfe]), 'cannot be read'],
    ['too much', `{"text":"${'x'.repeat(300_000)}"}`, 'more than is passed on'],
  ])('%s is named in the error, and a write is left in doubt', async (_what, json, told) => {
    answerBad = reply(json);
    const read = await errorOf('bad_read');
    expect(read).toMatchObject({ reason: 'INTERNAL', details: { service: 'bad' } });
    expect(read?.message).toContain(`bad answered with`);
    expect(read?.message).toContain(told);
    expect(await errorOf('bad_write')).toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
    await goodWorks();
  });

  it('more than its stream can carry costs its own calls alone, and is called again', async () => {
    answerBad = reply(`{"text":"${'x'.repeat(5_000_000)}"}`);
    const read = await errorOf('bad_read');
    expect(read).toMatchObject({ details: { service: 'bad' } });
    await goodWorks();
    answerBad = reply('{"fine":true}');
    await until(() => works('bad_read'));
  });

  it('late is named in the error, which says whether to repeat the call', async () => {
    answerBad = () => undefined;
    const read = await errorOf('bad_read');
    expect(read).toMatchObject({ reason: 'DEADLINE_EXCEEDED', details: { service: 'bad' }, retryable: true });
    expect(await errorOf('bad_write')).toMatchObject({ reason: 'OUTCOME_UNKNOWN', retryable: false });
    await goodWorks();
  });
});

describe('a service whose connection is lost with a call', () => {
  it('is not asked again for a write, though a key was sent that its tool knows nothing of', async () => {
    let asked = 0;
    answerBad = (stream, { start }) => {
      if (!start) return;
      asked += 1;
      stream.end();
    };
    const error = await errorOf('bad_write', { idempotency_key: 'k-1' });
    expect(error).toMatchObject({ reason: 'OUTCOME_UNKNOWN' });
    expect(error?.message).toContain('Look it up');
    expect(asked).toBe(1);
    answerBad = reply('{"fine":true}');
    await until(() => works('bad_write'));
  });
});

// proves: slow-service-contained
describe('while a service does not answer', () => {
  it('a greedy client fills its own places only, and the rest of the mesh goes on', async () => {
    const patient = await startMesh('60000');
    const held: (() => void)[] = [];
    answerBad = (stream, received) => {
      if (received.start) held.push(() => reply('{"fine":true}')(stream, received));
    };
    const greedy = tokenFor('profile:read', 'client:greedy');
    const ended: unknown[] = [];
    const calls = Array.from({ length: 300 }, async () => {
      const { structuredContent } = await call('bad_read', patient, greedy);
      ended.push(structuredContent.error?.reason);
    });
    // Of its calls 128 are under way; of the others none gets a place before one of those has ended.
    await until(() => expect(held).toHaveLength(128), { timeout: 20_000 });
    answerBad = reply('{"fine":true}');
    await works('good_read', patient);
    await works('bad_read', patient);
    await until(() => expect(ended).toHaveLength(300 - 128), { timeout: 20_000 });
    expect(new Set(ended)).toEqual(new Set(['RESOURCE_EXHAUSTED']));
    for (const answer of held) answer();
    await Promise.all(calls);
    expect(ended.filter((reason) => reason === undefined)).toHaveLength(128);
    await patient.stop();
  }, 60_000);
});
