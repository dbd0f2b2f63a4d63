import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { addressBlocks, plainAddress } from '@florin/chassis';

/** Where a request came from, as text such as `203.0.113.7`; empty where the connection is gone. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string;

/**
 * The address of whoever connected to us, or of whoever connected to the proxies in front of us. Only those named here are
 * believed: `X-Forwarded-For` may be written by anybody, and its left part is what the client wrote.
 *
 * @param trusted addresses and CIDR blocks of proxies
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = addressBlocks(trusted);
  return ({ headers, socket }) => {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    let address = plainAddress(socket.remoteAddress ?? '');
    // Each proxy appends who connected to it: read from the right, up to the first that is none of ours.
    while (proxies.has(address)) {
      const before = plainAddress(forwarded.pop()?.trim() ?? '');
      if (isIP(before) === 0) return address;
      address = before;
    }
    return address;
  };
}
