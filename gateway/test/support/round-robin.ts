import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoundRobin {
  url: string;
  /** How many requests each of the servers behind it has got. */
  readonly served: number[];
  close(): Promise<void>;
}

/**
 * A load balancer without affinity: each request goes to the next server, whoever sends it.
 *
 * @param added headers that every request gets on the way
 */
export async function startRoundRobin(
  ports: readonly number[],
  added: Record<string, string> = {},
): Promise<RoundRobin> {
  const served = ports.map(() => 0);
  let turn = 0;
  const server = createServer((request, response) => {
    const index = turn++ % ports.length;
    served[index] = (served[index] ?? 0) + 1;
    const { method, url: path, headers } = request;
    const onward = forward({
      host: '127.0.0.1',
      port: ports[index],
      method,
      path,
      headers: { ...headers, ...added },
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
