import { createLogger, systemClock } from '@florin/chassis';
import type { ReceivedCall } from '@florin/proto';
import { until } from '@florin/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { MeshCall } from '../../src/mesh/call.js';
import { Peer } from '../../src/mesh/peer.js';
import { type ScriptedService, startScripted } from '../support/scripted-service.js';

let service: ScriptedService;
let peer: Peer;

afterEach(async () => {
  peer.close();
  await service.stop();
});

type Script = Parameters<typeof startScripted>[0];

async function open(
  script: Script,
  credit?: Parameters<typeof startScripted>[1],
  call_timeout_ms = 200,
): Promise<void> {
  service = await startScripted(script, credit);
  peer = new Peer({
    name: 'scripted',
    address: `127.0.0.1:${service.port}`,
    call_timeout_ms,
    now: systemClock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    onCatalogue: () => undefined,
    onStatus() {},
  });
  await until(() => expect(peer.status.status).toBe('up'));
}

function call(more: Partial<MeshCall> = {}): Promise<Buffer> {
  return peer.call({
    kind: 'tool',
    name: 'any',
    arguments_json: Buffer.from('{}'),
    read_only: false,
    keyed: false,
    mesh_token: '',
    client: '',
    person: '',
    request_id: 'req-1',
    traceparent: '',
    signal: new AbortController().signal,
    ...more,
  });
}

const silent: Script = () => undefined;

describe('at the deadline', () => {
  it('a read says so, and may be repeated', async () => {
    await open(silent);
    await expect(call({ read_only: true })).rejects.toMatchObject({
      reason: 'DEADLINE_EXCEEDED',
      retryable: true,
    });
  });

  it('a write says that its outcome is unknown', async () => {
    await open(silent);
    await expect(call()).rejects.toMatchObject({ reason: 'OUTCOME_UNKNOWN', retryable: false });
  });
});

describe('a call that was cut off', () => {
  it('is repeated within the time that it had', async () => {
    const timeouts: number[] = [];
    await open(
      (stream, { call_id, start }) => {
        if (!start) return;
        timeouts.push(start.timeout_ms);
        if (timeouts.length === 1) setTimeout(() => stream.end(), 200);
        else stream.write({ call_id, result: { result_json: Buffer.from('{}') } });
      },
      undefined,
      20_000,
    );
    expect(String(await call({ read_only: true }))).toBe('{}');
    const [first = 0, second = 0] = timeouts;
    expect(second).toBeLessThanOrEqual(first - 150);
  });
});

describe('a service', () => {
  it('that has as many calls as it takes is told as busy, and the call may be repeated', async () => {
    await open(silent, { max_calls: 1, max_bytes: 100 });
    const held = [call({ read_only: true }), call({ read_only: true })];
    await expect(call()).rejects.toMatchObject({ reason: 'RESOURCE_EXHAUSTED', retryable: true });
    await Promise.allSettled(held);
  });

  it('has its calls spread over both streams', async () => {
    const seen = new Map<unknown, number>();
    await open((stream, received: ReceivedCall) => {
      if (!received.start) return;
      seen.set(stream, (seen.get(stream) ?? 0) + 1);
      stream.write({ call_id: received.call_id, result: { result_json: Buffer.from('{}') } });
    });
    await until(() => expect(peer.linksUp).toBe(2));
    await Promise.all(Array.from({ length: 20 }, () => call()));
    expect([...seen.values()]).toEqual([10, 10]);
  });

  it('is asked again what it shows when it says that this changed', async () => {
    await open(silent);
    const before = peer.catalogue;
    service.catalogue.hash = '2';
    service.streams[0]?.write({ call_id: 0, catalogue_changed: { content_hash: '2' } });
    await until(() => expect(peer.catalogue).not.toBe(before));
  });

  it('that shows garbage keeps the catalogue it had, and is told as degraded', async () => {
    await open(silent);
    const before = peer.catalogue;
    Object.assign(service.catalogue, { hash: '2', json: '{"tools":[{"tool":{"name":"no schema"}}]}' });
    service.streams[0]?.write({ call_id: 0, catalogue_changed: { content_hash: '2' } });
    await until(() => expect(peer.status.status).toBe('degraded'));
    expect(peer.catalogue).toBe(before);
    Object.assign(service.catalogue, { hash: '1' });
    await until(() => expect(peer.status.status).toBe('up'));
  });
});
