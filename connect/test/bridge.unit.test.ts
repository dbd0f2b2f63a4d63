import { until } from '@florin/testkit';
import {
  type JSONRPCMessage,
  SdkErrorCode,
  SdkHttpError,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { Bridge } from '../src/bridge.js';

type Sent = [message: JSONRPCMessage, options: TransportSendOptions | undefined];
type Answer = (message: JSONRPCMessage, options: TransportSendOptions | undefined) => Promise<void>;

const ignore: (message: JSONRPCMessage) => void = () => undefined;

/** A bridge between two ends that the test holds. */
async function start(answer: Answer = async () => undefined) {
  const toServer: Sent[] = [];
  const toClient: JSONRPCMessage[] = [];
  const versions: string[] = [];
  const stdio = {
    start: async () => undefined,
    close: async () => undefined,
    send: async (message: JSONRPCMessage) => void toClient.push(message),
    onmessage: ignore,
  };
  const http = {
    sessionId: undefined as string | undefined,
    start: async () => undefined,
    close: async () => undefined,
    terminateSession: async () => undefined,
    setProtocolVersion: (version: string) => void versions.push(version),
    send: async (message: JSONRPCMessage | JSONRPCMessage[], options?: TransportSendOptions) => {
      if (Array.isArray(message)) throw new Error('a batch');
      toServer.push([message, options]);
      await answer(message, options);
    },
    onmessage: ignore,
    onerror: (): void => undefined,
  };
  let waits = 0;
  const bridge = new Bridge(stdio, http, async () => {
    waits += 1;
  });
  await bridge.start();
  return { bridge, stdio, http, toServer, toClient, versions, waits: () => waits };
}

const request = (
  id: number,
  method = 'tools/call',
  params: Record<string, unknown> = {},
): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const modern = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
const cancel = (requestId: number): JSONRPCMessage => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});
const httpError = (status: number, text: string) =>
  new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'refused', { status, statusText: '', text });
const refusedConnection = new TypeError('fetch failed', {
  cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
});

describe('a request', () => {
  it('and its answer go through as they are, both ways', async () => {
    const { stdio, http, toServer, toClient } = await start();
    const asked = request(1, 'tools/call', { name: 'pay', extra: { kept: true } });
    stdio.onmessage(asked);
    await until(() => expect(toServer[0]?.[0]).toEqual(asked));
    const elicitation = request(7, 'elicitation/create');
    http.onmessage(elicitation);
    const answer = { jsonrpc: '2.0' as const, id: 1, result: { content: [] } };
    http.onmessage(answer);
    expect(toClient).toEqual([elicitation, answer]);
    const accepted = { jsonrpc: '2.0' as const, id: 7, result: { action: 'accept' } };
    stdio.onmessage(accepted);
    await until(() => expect(toServer.at(-1)?.[0]).toEqual(accepted));
  });

  it('that the server refuses is answered in the words of the server, under its own id', async () => {
    const error = { code: -32602, message: 'There is no tool of that name.', data: { error: {} } };
    const { stdio, toClient } = await start(async () => {
      throw httpError(400, JSON.stringify({ jsonrpc: '2.0', id: 99, error }));
    });
    stdio.onmessage(request(1));
    await until(() => expect(toClient).toEqual([{ jsonrpc: '2.0', id: 1, error }]));
  });

  it('whose stream ends before the answer is answered, and not repeated', async () => {
    const { stdio, toServer, toClient } = await start(async (_message, options) =>
      options?.onRequestStreamEnd?.(),
    );
    stdio.onmessage(request(1));
    await until(() => expect(JSON.stringify(toClient)).toContain('The connection ended before the answer'));
    expect(toServer).toHaveLength(1);
  });

  it('is sent again while the server cannot be reached, and answered in the end', async () => {
    let failures = 3;
    const { stdio, toServer, toClient, waits } = await start(async () => {
      failures -= 1;
      if (failures >= 0) throw refusedConnection;
    });
    stdio.onmessage(request(1));
    await until(() => expect(toServer).toHaveLength(4));
    expect([waits(), toClient]).toEqual([3, []]);
    failures = 100;
    stdio.onmessage(request(2));
    await until(() => expect(JSON.stringify(toClient)).toContain('cannot be reached'));
    expect(toServer).toHaveLength(4 + 7);
  });

  it('that may have arrived is never sent again', async () => {
    const lost = new TypeError('fetch failed', {
      cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    });
    const { stdio, toServer, toClient } = await start(async () => {
      throw lost;
    });
    stdio.onmessage(request(1));
    await until(() => expect(toClient).toHaveLength(1));
    expect(toServer).toHaveLength(1);
  });

  it('is one of at most 256 at once', async () => {
    const { stdio, toServer, toClient } = await start(() => new Promise(() => undefined));
    for (let id = 0; id < 300; id += 1) stdio.onmessage(request(id));
    await until(() => expect(toClient).toHaveLength(44));
    expect(toServer).toHaveLength(256);
  });
});

describe('a cancellation', () => {
  it('closes the stream of a request of 2026-07-28, and is told to nobody else', async () => {
    const { stdio, toServer, toClient } = await start();
    stdio.onmessage(request(1, 'tools/call', modern));
    await until(() => expect(toServer).toHaveLength(1));
    stdio.onmessage(cancel(1));
    await until(() => expect(toServer[0]?.[1]?.requestSignal?.aborted).toBe(true));
    expect([toServer.length, toClient]).toEqual([1, []]);
  });

  it('is passed on for a request of before', async () => {
    const { stdio, toServer } = await start();
    stdio.onmessage(request(1));
    stdio.onmessage(cancel(1));
    await until(() => expect(toServer.map(([message]) => message)).toContainEqual(cancel(1)));
    expect(toServer[0]?.[1]?.requestSignal?.aborted).toBe(false);
  });
});

describe('a session', () => {
  const initialize = request(1, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });

  it('goes on in the revision that was agreed on', async () => {
    const { stdio, http, versions } = await start();
    stdio.onmessage(initialize);
    http.onmessage({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-06-18' } });
    expect(versions).toEqual(['2025-06-18']);
  });

  it('that is gone is begun again, once, and the client never hears of it', async () => {
    let gone = false;
    const { stdio, http, toServer, toClient } = await start(async (message) => {
      if ('method' in message && message.method === 'initialize') {
        gone = false;
        const id = 'id' in message ? message.id : 0;
        http.onmessage({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } });
      } else if (gone) throw httpError(404, 'no such session');
    });
    stdio.onmessage(initialize);
    http.sessionId = 'session';
    await until(() => expect(toClient).toHaveLength(1));
    gone = true;
    stdio.onmessage(request(2));
    stdio.onmessage(request(3));
    const methods = () => toServer.map(([message]) => ('method' in message ? message.method : ''));
    await until(() => expect(methods().filter((method) => method === 'tools/call')).toHaveLength(4));
    expect(methods().filter((method) => method === 'initialize')).toHaveLength(2);
    expect(methods()).toContain('notifications/initialized');
    expect(toClient).toHaveLength(1);
  });
});
