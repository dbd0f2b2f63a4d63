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

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
