import { describe, expect, it } from 'vitest';
import { checkParams, isCancellation, type Message, parseMessage } from '../../src/mcp/message.js';

const parsed = (body: object) => parseMessage(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...body })));

function messageOf(body: object): Message {
  const message = parsed(body);
  if ('fault' in message) throw message.fault;
  return message;
}

describe('a message', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'of the method %s is of a method like any other that there is not',
    (method) => {
      expect(checkParams(messageOf({ id: 1, method }), true)).toBeUndefined();
      expect(checkParams(messageOf({ id: 1, method }), false)).toBeUndefined();
    },
  );

  it('has an id and a progress token that can be sent back with every notification', () => {
    expect(parsed({ id: 'x'.repeat(256), method: 'ping' })).toMatchObject({ method: 'ping' });
    expect(parsed({ id: 'x'.repeat(257), method: 'ping' })).toMatchObject({ status: 400, code: -32600 });
    const call = (progressToken: unknown) =>
      checkParams(
        messageOf({ id: 1, method: 'tools/call', params: { name: 'pay', _meta: { progressToken } } }),
        false,
      );
    expect(call('x'.repeat(256))).toBeUndefined();
    expect(call(7)).toBeUndefined();
    expect(call('x'.repeat(257))).toMatchObject({ status: 400, code: -32602 });
  });

  it('is a cancellation only where it waits for no answer', () => {
    const cancelled = { method: 'notifications/cancelled', params: { requestId: 1 } };
    expect(isCancellation(messageOf(cancelled))).toBe(true);
    for (const id of [1, 'a', null]) expect(isCancellation(messageOf({ ...cancelled, id }))).toBe(false);
  });

  it('of a method that 2026-07-28 has no more is refused by nothing but that', () => {
    const message = messageOf({ id: 1, method: 'resources/subscribe', params: {} });
    expect(checkParams(message, true)).toBeUndefined();
    expect(checkParams(message, false)).toMatchObject({ code: -32602 });
  });
});
