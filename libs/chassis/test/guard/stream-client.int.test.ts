import { florin, type ReceivedScreenResponse, type ScreeningClient, type ScreenRequest } from '@florin/proto';
import { startTestScreening, type TestScreening, until } from '@florin/testkit';
import { credentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamClient, streamChannelOptions } from '../../src/guard/stream-client.js';
import { createLogger, startGrpcServer } from '../../src/index.js';

type Client = StreamClient<ScreeningClient, ScreenRequest, ReceivedScreenResponse>;

let server: TestScreening;
let client: Client;
/** How many streams the client has opened. */
let opened: number;
beforeEach(async () => {
  opened = 0;
  server = await startTestScreening();
  client = connect();
});
afterEach(async () => {
  await client.close();
  server.close();
});

function connect(): Client {
  return new StreamClient({
    name: 'The screening',
    client: () =>
      new florin.fraud.v1.Screening(server.address, credentials.createInsecure(), streamChannelOptions),
    open: (each) => {
      opened += 1;
      return each.Screen();
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
}

const ask = (transaction_id: string, timeout_ms = 5_000) => client.ask({ transaction_id }, timeout_ms);
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: { reason?: string }) => error.reason,
  );

/** As soon as a new server listens where the old one was. */
async function restart(): Promise<void> {
  const port = Number(server.address.split(':')[1]);
  server.close();
  server = await startTestScreening(port);
}

describe('a stream of many requests', () => {
  it('gives each its own answer, asked as soon as it is made', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `pay_${index}`);
    const answers = await Promise.all(ids.map((id) => ask(id)));
    expect(answers.map(({ decision }) => decision?.transaction_id)).toEqual(ids);
  });

  it('takes 256 at once, and refuses more at once', async () => {
    server.silent = true;
    const asked = Array.from({ length: 260 }, (_, index) => reasonOf(ask(`pay_${index}`, 500)));
    const reasons = await Promise.all(asked);
    expect(reasons.filter((reason) => reason === 'RESOURCE_EXHAUSTED')).toHaveLength(4);
    expect(reasons.filter((reason) => reason === 'DEADLINE_EXCEEDED')).toHaveLength(256);
  });

  it('ignores an answer that comes after its deadline', async () => {
    await ask('pay_1');
    server.silent = true;
    expect(await reasonOf(ask('pay_2', 20))).toBe('DEADLINE_EXCEEDED');
    server.silent = false;
    expect((await ask('pay_3')).decision?.transaction_id).toBe('pay_3');
  });

  it('fails what waits when the other end goes, refuses at once while it is away, and comes back by itself', async () => {
    await ask('pay_1');
    server.silent = true;
    const waiting = reasonOf(ask('pay_2', 30_000));
    server.close();
    expect(await waiting).toBe('UNAVAILABLE');
    await until(async () => {
      const started = performance.now();
      expect(await reasonOf(ask('pay_3', 30_000))).toBe('UNAVAILABLE');
      // Not after one of its own waits: those take seconds.
      expect(performance.now() - started).toBeLessThan(1_000);
    });
    await restart();
    await until(async () => expect(await reasonOf(ask('pay_4', 1_000))).toBe('answered'), {
      timeout: 20_000,
    });
  });

  it('leaves an end that has fallen silent, and asks on a new connection', async () => {
    await ask('pay_1');
    server.silent = true;
    expect(await reasonOf(ask('pay_2', 1_100))).toBe('DEADLINE_EXCEEDED');
    server.silent = false;
    expect((await ask('pay_3')).decision?.transaction_id).toBe('pay_3');
    expect(opened).toBe(2);
  });

  it('asks an end that takes no streams again and again, but with pauses', async () => {
    await client.close();
    server.close();
    let ended = 0;
    const refusing = await startGrpcServer({
      host: '127.0.0.1',
      port: 0,
      services: [
        {
          definition: florin.fraud.v1.Screening.service,
          handlers: {
            Screen(stream: ServerDuplexStream<unknown, unknown>) {
              ended += 1;
              stream.end();
            },
          },
        },
      ],
    });
    server = { ...server, address: `127.0.0.1:${refusing.port}` };
    client = connect();
    const started = performance.now();
    await until(() => expect(ended).toBeGreaterThanOrEqual(5), { timeout: 20_000 });
    // 50 ms at least, then 100, 200, 400.
    expect(performance.now() - started).toBeGreaterThan(700);
    await refusing.stop(100);
  });

  it('lets what waits come to its end before it closes', async () => {
    const asked = [ask('pay_1'), ask('pay_2')];
    await until(() => expect(server.screened.length).toBe(2));
    await client.close();
    expect(await Promise.all(asked)).toHaveLength(2);
    expect(await reasonOf(ask('pay_3'))).toBe('UNAVAILABLE');
  });
});
