import type { IncomingMessage } from 'node:http';

/**
 * Reads a request's body, and stops at the limit.
 *
 * @returns undefined where it is larger
 * @throws Error where the client went away
 */
export function readBody(request: IncomingMessage, max_bytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= max_bytes) chunks.push(chunk);
      else {
        request.pause();
        resolve(undefined);
      }
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
      chunks.length = 0; // The request is there for as long as its answer, which may be a stream.
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away')));
  });
}
