import { setImmediate as turn } from 'node:timers/promises';
import { florin, type ReceivedReply } from '@florin/proto';
import { type TestIssuer, testIssuer, until } from '@florin/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCapabilities, describeOffer, type RunningGrpcServer, startGrpcServer } from '../src/index.js';
import { openStream } from './exchange-stream.js';
import { type ToyDeps, toyDoor, toyOffer } from './toy.js';

let issuer: TestIssuer;
let deps: ToyDeps;
let server: RunningGrpcServer;
let capabilities: ReturnType<typeof createCapabilities>;
let stream: ReturnType<typeof openStream>;
let openGate: () => void;

beforeAll(async () => {
  issuer = await testIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  deps = {
    notes: [],
    gate: new Promise((resolve) => {
      openGate = resolve;
    }),
  };
  const { door } = toyDoor(issuer, deps);
  capabilities = createCapabilities(door, describeOffer(toyOffer), { name: 'toy', version: '1', mode: '' });
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    services: [{ definition: florin.mesh.v1.Capabilities.service, handlers: capabilities.handlers }],
  });
  stream = openStream(server.port);
});
afterEach(async () => {
  openGate();
  stream.close();
  await server.stop(100);
});

async function answered(call_id: number): Promise<ReceivedReply> {
  return until(() => {
    const answer = stream.answer(call_id);
    if (answer === undefined) throw new Error('not yet');
    return answer;
  });
}

const token = (...scopes: string[]) => issuer.sign({ sub: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2', scopes });

describe('the exchange stream', () => {
  it('begins with the credit that it grants', async () => {
    await until(() => expect(stream.frames[0]?.credit).toEqual({ max_calls: 256, max_bytes: 4_194_304 }));
  });

  it('carries many calls at once, each with its own answer', async () => {
    for (let id = 1; id <= 200; id++) stream.start(id, 'say_hello', { name: `n${id}` });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => answered(index + 1)));
    answers.forEach((answer, index) => {
      expect(JSON.parse(String(answer.result?.result_json))).toEqual({ greeting: `Hello n${index + 1}` });
    });
  });

  it('answers a refused call with the fault, and goes on', async () => {
    stream.start(1, 'add_note', { note: 'milk' });
    stream.start(2, 'say_hello', Buffer.from('{"name":'));
    expect((await answered(1)).failure).toMatchObject({ code: 16, reason: 'UNAUTHENTICATED' });
    expect((await answered(2)).failure).toMatchObject({ code: 3, reason: 'INVALID_ARGUMENT' });
    stream.start(3, 'say_hello', { name: 'Ada' });
    expect((await answered(3)).result).toBeTruthy();
  });

  it('refuses arguments above 1 MiB without losing the stream', async () => {
    stream.start(1, 'say_hello', Buffer.alloc(1024 * 1024 + 1, 32));
    expect((await answered(1)).failure?.reason).toBe('PAYLOAD_TOO_LARGE');
  });

  it('refuses more calls than it granted', async () => {
    const mesh_token = await token('profile:read');
    for (let id = 1; id <= 257; id++) stream.start(id, 'read_slowly', {}, { mesh_token });
    expect((await answered(257)).failure?.reason).toBe('RESOURCE_EXHAUSTED');
    openGate();
    expect((await answered(256)).result).toBeTruthy();
  });

  it('ends a read at its deadline', async () => {
    stream.start(1, 'read_slowly', {}, { mesh_token: await token('profile:read'), timeout_ms: 50 });
    expect((await answered(1)).failure).toMatchObject({ reason: 'DEADLINE_EXCEEDED', retryable: true });
  });

  it('finishes a write that passed its deadline, and says what came of it', async () => {
    stream.start(
      1,
      'add_note_slowly',
      { note: 'milk' },
      { mesh_token: await token('profile:write'), timeout_ms: 20 },
    );
    stream.start(2, 'read_slowly', {}, { mesh_token: await token('profile:read'), timeout_ms: 40 });
    await answered(2);
    expect(stream.answer(1)).toBeUndefined();
    openGate();
    expect(JSON.parse(String((await answered(1)).result?.result_json))).toEqual({ note_id: 'note_1' });
  });

  it('stops a read when it is cancelled', async () => {
    stream.start(1, 'read_slowly', {}, { mesh_token: await token('profile:read') });
    stream.cancel(1);
    expect((await answered(1)).failure?.reason).toBe('CANCELLED');
  });

  it('hands progress to whoever waits for it', async () => {
    stream.start(1, 'add_note_slowly', { note: 'milk' }, { mesh_token: await token('profile:write') });
    await until(() => {
      const progress = stream.frames.find((frame) => frame.frame === 'progress');
      expect(progress).toMatchObject({ call_id: 1, progress: { progress: 1, total: 2, message: 'waiting' } });
    });
  });

  it('answers heartbeats', async () => {
    stream.heartbeat();
    await until(() => expect(stream.frames.some((frame) => frame.frame === 'heartbeat')).toBe(true));
  });

  it('finishes what runs when it is drained, and then ends', async () => {
    stream.start(1, 'add_note_slowly', { note: 'milk' }, { mesh_token: await token('profile:write') });
    await until(() => expect(stream.frames.some((frame) => frame.frame === 'progress')).toBe(true));
    const drained = capabilities.drain(5_000);
    await until(() => expect(stream.frames.some((frame) => frame.frame === 'draining')).toBe(true));
    expect(stream.ended()).toBe(false);
    openGate();
    await drained;
    expect((await answered(1)).result).toBeTruthy();
    await until(() => expect(stream.ended()).toBe(true));
  });

  it('reads what came while the process was held up, before it ends a stream that is drained', async () => {
    await until(() => expect(stream.frames[0]?.credit).toBeTruthy());
    const drained = capabilities.drain(10_000);
    await until(() => expect(stream.frames.some((frame) => frame.frame === 'draining')).toBe(true));
    stream.start(1, 'say_hello', { name: 'Ada' });
    await turn();
    const held_until_ms = performance.now() + 2_500;
    while (performance.now() < held_until_ms);
    await drained;
    expect((await answered(1)).result).toBeTruthy();
  });

  it('grants nothing to a caller that comes while it is drained', async () => {
    await until(() => expect(stream.frames[0]?.credit).toBeTruthy());
    stream.start(1, 'add_note_slowly', { note: 'milk' }, { mesh_token: await token('profile:write') });
    await until(() => expect(stream.frames.some((frame) => frame.frame === 'progress')).toBe(true));
    const drained = capabilities.drain(5_000);
    const late = openStream(server.port);
    await until(() => expect(late.frames.map(({ frame }) => frame)).toEqual(['draining']));
    openGate();
    await drained;
    late.close();
  });

  it('describes the service with the hash of what it shows', async () => {
    const description = await new Promise<{ content_hash: string; catalogue_json: Buffer }>(
      (resolve, reject) => {
        stream.client.Describe({}, (error, response) =>
          error ? reject(error) : response && resolve(response),
        );
      },
    );
    const catalogue = JSON.parse(description.catalogue_json.toString());
    expect(catalogue).toEqual(JSON.parse(JSON.stringify(describeOffer(toyOffer))));
    expect(description.content_hash).toMatch(/^[\w-]{22}$/);
    expect(JSON.stringify(catalogue)).not.toContain('$ref');
  });
});
