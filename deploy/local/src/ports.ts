import { createServer } from 'node:net';

export interface Port {
  /** Who listens there, as shown in an error: `gateway`. */
  owner: string;
  /** The environment variable that chooses another: `GATEWAY_PORT`. */
  variable: string;
  port: number;
}

/** Ports of `wanted` on which something listens already. */
export async function busyPorts(host: string, wanted: readonly Port[]): Promise<Port[]> {
  const busy = await Promise.all(
    wanted.map(async (port) => ((await canListen(host, port.port)) ? [] : [port])),
  );
  return busy.flat();
}

/** A sentence for a person whose port is taken. */
export function describeBusyPorts(busy: readonly Port[]): string {
  const lines = busy.map(
    ({ owner, variable, port }) => `  port ${port} (${owner}): choose another with ${variable}`,
  );
  const example =
    busy[0] === undefined ? '' : `\nFor example: ${busy[0].variable}=${busy[0].port + 10_000} npm start`;
  return `Something else listens where Florin would:\n${lines.join('\n')}\nStop it, or move Florin.${example}`;
}

/** `count` different ports that were free a moment ago: all are held until the last one is found. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => listen(host, 0)));
  await Promise.all(held.map((server) => server.close()));
  return held.map((server) => server.port);
}

async function canListen(host: string, port: number): Promise<boolean> {
  try {
    const server = await listen(host, port);
    await server.close();
    return true;
  } catch {
    return false;
  }
}

function listen(host: string, port: number): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ port: bound, close: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
}
