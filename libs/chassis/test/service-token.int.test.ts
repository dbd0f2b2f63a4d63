import { florin } from '@florin/proto';
import { type TestClock, testClock } from '@florin/testkit';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServiceTokens, type ServiceTokens } from '../src/index.js';

let server: Server;
let tokens: ServiceTokens;
let clock: TestClock;
/** On whose behalf identity was asked, in order. */
let asked: string[];
let isDown: boolean;

beforeEach(async () => {
  clock = testClock();
  asked = [];
  isDown = false;
  server = new Server();
  const refuse = () => undefined;
  server.addService(florin.identity.v1.Tokens.service, {
    IssueServiceToken(
      { request }: ServerUnaryCall<{ on_behalf_of: string }, object>,
      answer: sendUnaryData<object>,
    ) {
      asked.push(request.on_behalf_of);
      const expires_at_s = String(clock.now().getTime() / 1_000 + 300);
      if (isDown) answer({ code: status.UNAVAILABLE, details: 'down' });
      else answer(null, { mesh_token: `token ${asked.length}`, expires_at_s });
    },
    Exchange: refuse,
    ListRevocations: refuse,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const identity_address = `127.0.0.1:${port}`;
  tokens = createServiceTokens({ service: 'payments', secret: 'x', identity_address, now: clock.now });
});
afterEach(() => {
  tokens.close();
  server.forceShutdown();
});

it('asks identity once for a token that hundreds need at once, and again only when it runs out', async () => {
  const got = await Promise.all(Array.from({ length: 300 }, () => tokens.get()));
  expect(new Set(got)).toEqual(new Set(['token 1']));
  clock.advance(269_000);
  expect(await tokens.get()).toBe('token 1');
  clock.advance(2_000);
  expect(await tokens.get()).toBe('token 2');
  expect(asked).toEqual(['', '']);
});

it('never gives the token for one person to another', async () => {
  const got = await Promise.all([
    tokens.get('usr_a'),
    tokens.get('usr_b'),
    tokens.get(),
    tokens.get('usr_a'),
  ]);
  expect(new Set(got).size).toBe(3);
  expect(got[3]).toBe(got[0]);
  expect(asked.toSorted()).toEqual(['', 'usr_a', 'usr_b']);
});

it('asks again after a failure, which all that waited for it share', async () => {
  isDown = true;
  const failed = await Promise.allSettled([tokens.get(), tokens.get()]);
  expect(failed.map(({ status: outcome }) => outcome)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await tokens.get()).toMatch(/^token/);
});
