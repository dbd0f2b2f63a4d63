import type { ServerResponse } from 'node:http';
import type { Fault } from '@florin/faults';
import {
  type ProtocolError,
  SUBSCRIPTION_ID_META_KEY,
  type SubscriptionFilter,
} from '@modelcontextprotocol/server';
import { toProtocolError } from '../mcp/rpc-error.js';
import { type Change, toNotification } from './change.js';
import type { Sink } from './subscription.js';

/** Proxies cut connections on which nothing passes, most of them after a minute. */
const KEEP_ALIVE_MS = 15_000;

/** The answer to one `subscriptions/listen`: a stream of server-sent events. */
export interface EventStream extends Sink {
  /** Says what will be told, which comes before anything is. */
  begin(honored: SubscriptionFilter): void;
  /** Answers that nothing will be. */
  refuse(error: ProtocolError): void;
  onDrained(listener: () => void): void;
  onGone(listener: () => void): void;
}

/** @param id of the request, by which the client knows its notifications */
export function createEventStream(
  response: ServerResponse,
  id: string | number,
  request_id: string,
): EventStream {
  const meta = { _meta: { [SUBSCRIPTION_ID_META_KEY]: id } };
  let keepAlive: NodeJS.Timeout | undefined;
  response.once('close', () => clearInterval(keepAlive));

  /** @returns false where the client does not keep up */
  function write(message: object): boolean {
    if (response.destroyed || response.writableEnded) return false;
    return response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
  }

  return {
    begin(honored) {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      const params = { notifications: honored, ...meta };
      write({ method: 'notifications/subscriptions/acknowledged', params });
      keepAlive = setInterval(() => {
        // To who does not read it would only make the queue longer.
        if (!response.writableNeedDrain) response.write(': keepalive\n\n');
      }, KEEP_ALIVE_MS).unref();
    },
    refuse({ code, message, data }) {
      if (response.headersSent) return void response.destroy();
      const text = JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } });
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    },
    notify(change: Change) {
      const { method, params } = toNotification(change);
      return write({ method, params: { ...params, ...meta } });
    },
    end(why: Fault) {
      // What waits for a client that does not read would wait on, and the response with it.
      if (!response.headersSent || response.writableNeedDrain) return void response.destroy();
      const { code, message, data } = toProtocolError(why, request_id);
      write(
        why.code === 'UNAVAILABLE'
          ? { id, result: { resultType: 'complete', ...meta } }
          : { id, error: { code, message, data } },
      );
      response.end();
    },
    onDrained: (listener) => void response.on('drain', listener),
    onGone: (listener) => void (response.destroyed ? listener() : response.once('close', listener)),
  };
}
