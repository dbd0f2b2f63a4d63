import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { Logger } from './logger.js';

/** One connection to NATS that is made when it is needed, and again whenever it was lost. */
export interface NatsLink {
  readonly connected: boolean;
  /** @throws where NATS does not answer now */
  connection(): Promise<NatsConnection>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_WAIT_MS = 250;
const PING_INTERVAL_MS = 10_000;

/** @param url with the user and password: nats://user:password@host:port */
export function createNatsLink(options: { url: string; name: string; logger: Logger }): NatsLink {
  const url = new URL(options.url);
  let current: NatsConnection | undefined;
  let opening: Promise<NatsConnection> | undefined;
  let connected = false;

  async function watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        connected = false;
        options.logger.warn('NATS connection lost');
      } else if (status.type === 'reconnect') {
        connected = true;
        options.logger.info('NATS connection is back');
      }
    }
    connected = false;
    if (current === connection) current = undefined;
  }

  async function open(): Promise<NatsConnection> {
    const connection = await connect({
      servers: url.host,
      name: options.name,
      // The server lets a user listen on its own inbox only, so that no service reads another's replies.
      ...(url.username === ''
        ? {}
        : { user: decodeURIComponent(url.username), inboxPrefix: `_INBOX_${url.username}` }),
      ...(url.password === '' ? {} : { pass: decodeURIComponent(url.password) }),
      timeout: CONNECT_TIMEOUT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      pingInterval: PING_INTERVAL_MS,
      ignoreAuthErrorAbort: true,
      // Without this each publish captures two stacks, which costs more than the publish.
      noAsyncTraces: true,
    });
    current = connection;
    connected = true;
    void watch(connection);
    return connection;
  }

  return {
    get connected() {
      return connected;
    },
    async connection() {
      if (current !== undefined) return current;
      opening ??= open().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    async close() {
      await opening?.catch(() => undefined);
      // Draining sends what is still on its way, an ack for instance; there must be a server to send it to.
      if (connected) await current?.drain().catch(() => undefined);
      await current?.close();
    },
  };
}
