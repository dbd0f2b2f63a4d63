import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimNats } from '../src/index.js';

async function open(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password });
}

let one: NatsConnection;
let two: NatsConnection;

beforeAll(async () => {
  one = await open(await claimNats());
  two = await open(await claimNats());
});

afterAll(async () => {
  await one.close();
  await two.close();
});

it('keeps the messages of two test files apart, whatever their subjects', async () => {
  const seen: string[] = [];
  two.subscribe('florin.>', { callback: (_error, message) => void seen.push(message.subject) });
  await two.flush();
  one.publish('florin.banking.one');
  await one.flush();
  two.publish('florin.banking.two');
  await two.flush();
  await expect.poll(() => seen).toEqual(['florin.banking.two']);
});

it('gives each test file a JetStream of its own', async () => {
  const info = await one.request('$JS.API.INFO');
  expect(info.json()).toMatchObject({ streams: 0, consumers: 0 });
  const create = { name: 'FLORIN_TEST', subjects: ['florin.test.>'] };
  await one.request('$JS.API.STREAM.CREATE.FLORIN_TEST', JSON.stringify(create));
  expect((await one.request('$JS.API.INFO')).json()).toMatchObject({ streams: 1 });
  expect((await two.request('$JS.API.INFO')).json()).toMatchObject({ streams: 0 });
});
