import { florin, type ReceivedCall, type Reply } from '@florin/proto';
import { until } from '@florin/testkit';
import { credentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MeshCall } from '../../src/mesh/call.js';
import { CallTimedOut, Link, LinkBroken } from '../../src/mesh/link.js';
import { type ScriptedService, startScripted } from '../support/scripted-service.js';

let service: ScriptedService;
let client: InstanceType<typeof florin.mesh.v1.Capabilities>;
let link: Link;

afterEach(async () => {
  link.close();
  client.close();
  await service.stop();
});

type Script = Parameters<typeof startScripted>[0];

async function open(script: Script, credit?: Parameters<typeof startScripted>[1]) {
  service = await startScripted(script, credit);
  client = new florin.mesh.v1.Capabilities(`127.0.0.1:${service.port}`, credentials.createInsecure());
  const events = { onUp: vi.fn(), onDraining: vi.fn(), onCatalogueChanged: vi.fn(), onClosed: vi.fn() };
  link = new Link(client, events);
  await until(() => expect(events.onUp).toHaveBeenCalled());
  return events;
}

function callWith(bytes: number, more: Partial<MeshCall> = {}): MeshCall {
  return {
    kind: 'tool',
    name: 'echo',
    arguments_json: Buffer.alloc(bytes, 32),
    read_only: true,
    keyed: false,
    mesh_token: '',
    client: '',
    person: '',
    request_id: 'req-1',
    traceparent: '',
    signal: new AbortController().signal,
    ...more,
  };
}

const result = (call_id: number): Reply => ({ call_id, result: { result_json: Buffer.from('{}') } });
const echo: Script = (stream, call: ReceivedCall) => {
  if (call.heartbeat) stream.write({ call_id: 0, heartbeat: {} });
  if (call.start) stream.write(result(call.call_id));
};

describe('a link', () => {
  it('is dead after three heartbeats without an answer, and so are the calls on it', async () => {
    const events = await open(() => undefined);
    const call = link.call(callWith(2), 60_000);
    await expect(call).rejects.toEqual(new LinkBroken(true));
    expect(events.onClosed).toHaveBeenCalledTimes(1);
  });

  it('lives as long as heartbeats are answered', async () => {
    let heartbeats = 0;
    const events = await open((stream, call) => {
      if (call.heartbeat) heartbeats += 1;
      echo(stream, call);
    });
    await until(() => expect(heartbeats).toBe(5), { timeout: 8_000 });
    expect(events.onClosed).not.toHaveBeenCalled();
    expect(String(await link.call(callWith(2), 1_000))).toBe('{}');
  });

  it('holds no more calls than it was granted, and has room again when one is answered', async () => {
    const answers: (() => void)[] = [];
    await open(
      (stream, call) => {
        if (call.start) answers.push(() => stream.write(result(call.call_id)));
      },
      { max_calls: 2, max_bytes: 1_000 },
    );
    expect(link.hasRoom(1_001)).toBe(false);
    const first = link.call(callWith(10), 5_000);
    expect(link.hasRoom(991)).toBe(false);
    expect(link.hasRoom(990)).toBe(true);
    const second = link.call(callWith(10), 5_000);
    expect(link.hasRoom(0)).toBe(false);
    await until(() => expect(answers).toHaveLength(2));
    answers[0]?.();
    await first;
    expect(link.hasRoom(990)).toBe(true);
    answers[1]?.();
    await second;
  });

  it('counts a call that nobody waits for until its answer has come', async () => {
    let late = () => undefined as unknown;
    await open(
      (stream, call) => {
        if (call.start) late = () => stream.write(result(call.call_id));
      },
      { max_calls: 1, max_bytes: 1_000 },
    );
    await expect(link.call(callWith(2, { read_only: false }), 50)).rejects.toBeInstanceOf(CallTimedOut);
    expect(link.hasRoom(0)).toBe(false);
    late();
    await until(() => expect(link.hasRoom(0)).toBe(true));
  });

  it('waits for a service that does not read, and loses nothing', async () => {
    const events = await open(echo);
    const [stream] = service.streams;
    stream?.pause();
    const calls = Array.from({ length: 60 }, () => link.call(callWith(64 * 1024), 20_000));
    expect(link.load).toBe(60);
    expect(link.hasRoom(400 * 1024)).toBe(false);
    stream?.resume();
    const answers = await Promise.all(calls);
    expect(answers.map(String)).toEqual(Array(60).fill('{}'));
    expect(events.onClosed).not.toHaveBeenCalled();
  });

  it('refuses arguments above 1 MiB by themselves: sent, they would end the stream', async () => {
    await open(echo);
    await expect(link.call(callWith(1024 * 1024 + 1), 1_000)).rejects.toMatchObject({
      reason: 'PAYLOAD_TOO_LARGE',
    });
    expect(String(await link.call(callWith(2), 1_000))).toBe('{}');
  });

  it('tells the service of a cancelled call, and nobody waits for it', async () => {
    const cancelled: number[] = [];
    await open((_stream, call) => {
      if (call.cancel) cancelled.push(call.call_id);
    });
    const controller = new AbortController();
    const call = link.call(callWith(2, { signal: controller.signal }), 5_000);
    controller.abort();
    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED' });
    await until(() => expect(cancelled).toEqual([1]));
  });

  it('takes nothing new when it is drained, and ends its side after the last answer', async () => {
    let answer = () => undefined as unknown;
    const events = await open((stream, call) => {
      if (call.start) answer = () => stream.write(result(call.call_id));
    });
    const call = link.call(callWith(2), 5_000);
    await until(() => expect(service.streams).toHaveLength(1));
    service.streams[0]?.write({ call_id: 0, draining: {} });
    await until(() => expect(events.onDraining).toHaveBeenCalled());
    expect(link.hasRoom(0)).toBe(false);
    expect(events.onClosed).not.toHaveBeenCalled();
    answer();
    expect(String(await call)).toBe('{}');
    await until(() => expect(events.onClosed).toHaveBeenCalled());
  });
});
