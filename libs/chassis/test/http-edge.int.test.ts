import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@florin/testkit';
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

/** A server that answers `done`, and what a client is told on one connection to it. */
async function servingOne() {
  const handler = (_request: unknown, response: { end(text: string): unknown }) => void response.end('done');
  const http = await listen(handler, { host: '127.0.0.1', port: 0 });
  const socket = connect(http.port, '127.0.0.1');
  const told = { text: '' };
  socket.on('data', (chunk) => {
    told.text += chunk;
  });
  const ask = () => socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
  return { http, socket, told, ask };
}

test('a stopping process answers what is on its way to it on a kept connection, and sends the client elsewhere', async () => {
  const { http, socket, told, ask } = await servingOne();
  ask();
  await until(() => expect(told.text).toContain('done'));
  expect(told.text).toContain('Connection: keep-alive');
  told.text = '';
  const closed = once(socket, 'close');
  ask();
  await Promise.all([http.stop(600_000), closed]);
  expect(told.text).toMatch(/^HTTP\/1.1 200 OK\r\n(.|\r\n)*connection: close(.|\r\n)*done/i);
});

test('a stopping process answers the first request of a connection that has just been opened', async () => {
  const { http, told, ask } = await servingOne();
  await once(http.server, 'connection');
  const stopped = http.stop(600_000);
  ask();
  await stopped;
  expect(told.text).toContain('done');
});
