import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long the person may take to sign in. */
const WAIT_MS = 10 * 60_000;

const PATH = '/callback';

/** Listens on this computer for the browser to come back (RFC 8252, section 7.3). */
export interface CallbackServer {
  port: number;
  redirect_uri: string;
  /**
   * @param state that the answer must carry: another page could send the browser here as well
   * @returns what the authorization server answered
   * @throws Error where nobody comes back in time
   */
  arrival(state: string): Promise<URLSearchParams>;
  close(): void;
}

/** @param preferred the port that was used before; another one is taken where that is not free */
export async function listenForCallback(preferred = 0): Promise<CallbackServer> {
  let arrived: (query: URLSearchParams) => void = () => undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isCallback = request.method === 'GET' && url.pathname === PATH;
    response.writeHead(isCallback ? 200 : 404, {
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'referrer-policy': 'no-referrer',
      connection: 'close',
    });
    response.end(
      isCallback ? 'You can close this page and go back to your assistant.' : 'There is nothing here.',
    );
    if (isCallback) arrived(url.searchParams);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(preferred).catch(() => listen(0));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    redirect_uri: `http://127.0.0.1:${port}${PATH}`,
    arrival: (state) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error('nobody signed in within ten minutes: call again to be asked again')),
          WAIT_MS,
        );
        arrived = (query) => {
          if (query.get('state') !== state) return;
          clearTimeout(timer);
          resolve(query);
        };
      }),
    close: () => void server.close(),
  };
}
