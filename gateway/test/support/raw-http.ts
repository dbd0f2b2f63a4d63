import { request } from 'node:http';

interface RawRequest {
  path: string;
  method?: string;
  /** In this order, and as often as they stand here: what fetch does not let one send. */
  headers: readonly (readonly [string, string])[];
  body?: Buffer;
}

/** Sends a request as it is given. */
export function send(
  origin: string,
  { path, method = 'POST', headers, body = Buffer.alloc(0) }: RawRequest,
): Promise<{ status: number; text: string; headers: Record<string, string | string[] | undefined> }> {
  const { hostname, port } = new URL(origin);
  const has = (name: string) => headers.some(([given]) => given.toLowerCase() === name);
  const all = [
    ...(has('host') ? [] : [['Host', `${hostname}:${port}`] as const]),
    ...headers,
    ...(has('transfer-encoding') || has('content-length')
      ? []
      : [['Content-Length', String(body.length)] as const]),
  ];
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers: all.flat(), setHost: false },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
