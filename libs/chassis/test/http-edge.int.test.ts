import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../src/http-edge.js';

test('a stopping process waits for no connection on which nothing was ever sent', async () => {
  const http = await listen((_request, response) => void response.end(), { host: '127.0.0.1', port: 0 });
  const socket = connect(http.port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  // Far longer than the test may take: only what is closed early lets it end.
  await Promise.all([http.stop(600_000), closed]);
  expect(http.server.listening).toBe(false);
});

test('a stopping process answers the request that it has taken', async () => {
  let answer: () => void = () => undefined;
  const http = await listen(
    (_request, response) => {
      answer = () => response.end('done');
    },
    { host: '127.0.0.1', port: 0 },
  );
  const asked = fetch(`http://127.0.0.1:${http.port}/`);
  await once(http.server, 'request');
  const stopped = http.stop(600_000);
  answer();
  expect(await (await asked).text()).toBe('done');
  await stopped;
});
