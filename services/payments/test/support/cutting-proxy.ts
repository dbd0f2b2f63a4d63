import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '@florin/testkit';

/** What happens to the next commit that passes: its answer is lost, it is lost itself, or everything is from then on. */
export type Cut = 'answer' | 'commit' | 'all';

export interface CuttingProxy {
  url: string;
  cutNext(cut: Cut): void;
  stop(): Promise<void>;
}

/** Stands between a client and Postgres, and cuts the connection at a commit. */
export async function startCuttingProxy(database_url: string): Promise<CuttingProxy> {
  const target = new URL(database_url);
  const { hostname, port: target_port } = target;
  const port = await freePort();
  const sockets = new Set<Socket>();
  let next: Cut | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(target_port), hostname);
    let cut: Cut | undefined;
    const both = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', both).on('close', both);
    }
    client.on('data', (chunk) => {
      // The text travels with the first commit of a connection; later ones are by the statement's name.
      if (next !== undefined && chunk.includes('commit\0')) {
        cut = next;
        next = undefined;
        if (cut === 'all') server.close();
        if (cut === 'commit') return both();
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (cut === undefined) client.write(chunk);
      else both();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  target.port = String(port);
  return {
    url: target.href,
    cutNext(cut) {
      next = cut;
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
