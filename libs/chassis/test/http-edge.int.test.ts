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

test('a stopping process answers what is on its way to it on a kept connection, and sends the client elsewhere', async () => {
  const http = await listen((_request, response) => void response.end('done'), {
    host: '127.0.0.1',
    port: 0,
  });
  const socket = connect(http.port, '127.0.0.1');
  let answered = '';
  socket.on('data', (chunk) => {
    answered += chunk;
  });
  const ask = () => socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
  ask();
  await until(() => expect(answered).toContain('done'));
  expect(answered).toContain('Connection: keep-alive');
  answered = '';
  const closed = once(socket, 'close');
  ask();
  await Promise.all([http.stop(600_000), closed]);
  expect(answered).toMatch(/^HTTP\/1.1 200 OK\r\n(.|\r\n)*connection: close(.|\r\n)*done/i);
});

test('a stopping process answers the first request of a connection that has just been opened', async () => {
  const http = await listen((_request, response) => void response.end('done'), {
    host: '127.0.0.1',
    port: 0,
  });
  const socket = connect(http.port, '127.0.0.1');
  let answered = '';
  socket.on('data', (chunk) => {
    answered += chunk;
  });
  await once(http.server, 'connection');
  const stopped = http.stop(600_000);
  socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
  await stopped;
  expect(answered).toContain('done');
});
