import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RunningServer, startNats } from '@florin/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { natsPassword, natsUsers } from '../src/nats-users.js';
import { openSecrets, type Secrets } from '../src/secrets.js';

let folder = '';
let server: RunningServer;
let secrets: Secrets;
const open: NatsConnection[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'florin-nats-users-'));
  secrets = openSecrets(join(folder, 'secrets.json'));
  const config = natsUsers(['identity', 'banking'], secrets);
  server = await startNats({ dir: join(folder, 'nats'), port: await freePort(), config });
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function as(user: string): Promise<NatsConnection> {
  const connection = await connect({
    servers: server.url,
    user,
    pass: natsPassword(secrets, user),
    inboxPrefix: `_INBOX_${user}`,
  });
  open.push(connection);
  return connection;
}

async function withStream(user: string): Promise<NatsConnection> {
  const connection = await as(user);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: `FLORIN_${user.toUpperCase()}`, subjects: [`florin.${user}.>`] });
  return connection;
}

test('a service makes its stream, publishes its domain and reads another by a durable consumer', async () => {
  await withStream('banking');
  const identity = await withStream('identity');
  await jetstream(identity).publish('florin.identity.user.registered.v1', '{}', { msgID: 'e1' });

  const banking = await as('banking');
  const manager = await jetstreamManager(banking);
  await manager.consumers.add('FLORIN_IDENTITY', { durable_name: 'banking', ack_policy: 'explicit' });
  const consumer = await jetstream(banking).consumers.get('FLORIN_IDENTITY', 'banking');
  const message = await consumer.next({ expires: 2_000 });
  expect(message?.subject).toBe('florin.identity.user.registered.v1');
  expect(await message?.ackAck()).toBe(true);
});

test("nobody publishes in another's name", async () => {
  await withStream('identity');
  const banking = await as('banking');
  const forged = jetstream(banking).publish('florin.identity.user.registered.v1', '{}', { timeout: 1_000 });
  await expect(forged).rejects.toThrow(/permissions violation/i);
});

test("nobody deletes or empties a stream, its own or another's", async () => {
  const banking = await withStream('banking');
  const manager = await jetstreamManager(banking);
  await expect(manager.streams.delete('FLORIN_BANKING')).rejects.toThrow(/permissions violation/i);
  await expect(manager.streams.purge('FLORIN_BANKING')).rejects.toThrow(/permissions violation/i);
});

test('everybody hears what identity revokes, the gateway as well', async () => {
  const heard = ['banking', 'gateway'].map(async (user) => {
    const subscription = (await as(user)).subscribe('florin_revocations', { max: 1 });
    for await (const message of subscription) return message.string();
    return undefined;
  });
  await vi.waitFor(async () => expect(open.length).toBe(2));
  for (const connection of open) await connection.flush();
  (await as('identity')).publish('florin_revocations', 'a key');
  expect(await Promise.all(heard)).toEqual(['a key', 'a key']);
});

test.each(['banking', 'gateway'])('%s revokes nothing in the name of identity', async (user) => {
  const listener = await as('identity');
  const heard: string[] = [];
  listener.subscribe('florin_revocations', {
    callback: (_error, message) => {
      heard.push(message.string());
    },
  });
  await listener.flush();
  const connection = await as(user);
  const refused = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') return String(status.error);
    return undefined;
  })();
  connection.publish('florin_revocations', 'forged');
  await connection.flush();
  expect(await refused).toMatch(/permissions violation/i);
  await listener.flush();
  expect(heard).toEqual([]);
});

test('the gateway hears events, and speaks to its own replicas alone', async () => {
  const replica = await as('gateway');
  const heard: string[] = [];
  for (const subject of ['florin.>', 'florin_gateway.>']) {
    replica.subscribe(subject, {
      callback: (_error, message) => {
        heard.push(`${message.subject} ${message.string()}`);
      },
    });
  }
  await replica.flush();
  const gateway = await as('gateway');
  const refused: string[] = [];
  void (async () => {
    for await (const status of gateway.status())
      if (status.type === 'error') refused.push(String(status.error));
  })();
  (await as('banking')).publish('florin.banking.account.linked.v1', 'event');
  for (const subject of [
    'florin.banking.account.linked.v1',
    'florin.gateway.call.completed.v1',
    '$JS.API.INFO',
  ])
    gateway.publish(subject, 'forged');
  gateway.publish('florin_gateway.replica', 'word');
  await vi.waitFor(() => {
    expect(refused).toHaveLength(3);
    expect(heard.toSorted()).toEqual([
      'florin.banking.account.linked.v1 event',
      'florin_gateway.replica word',
    ]);
  });
});

test('no service hears what replicas of the gateway say, and none can speak in their name', async () => {
  const banking = await as('banking');
  const refused = new Promise<Error | undefined>((resolve) => {
    banking.subscribe('florin_gateway.>', { callback: (error) => resolve(error ?? undefined) });
  });
  expect(String(await refused)).toMatch(/permissions violation/i);
  const errors = (async () => {
    for await (const status of banking.status()) if (status.type === 'error') return String(status.error);
    return undefined;
  })();
  banking.publish('florin_gateway.replica', 'forged');
  expect(await errors).toMatch(/permissions violation/i);
});

test("nobody listens on another's inbox", async () => {
  const banking = await as('banking');
  const refused = new Promise<Error | undefined>((resolve) => {
    banking.subscribe('_INBOX_identity.>', { callback: (error) => resolve(error ?? undefined) });
  });
  expect(String(await refused)).toMatch(/permissions violation/i);
});

test('without a user there is no connection', async () => {
  await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow(
    /authorization violation/i,
  );
});
