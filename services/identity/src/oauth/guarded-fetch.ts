import { type LookupAddress, lookup } from 'node:dns';
import { type RequestOptions, request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const TIMEOUT_MS = 3_000;
/** A metadata document has a few hundred bytes, a key set a few thousand. */
const MAX_BYTES = 64 * 1_024;

/** What no client's document may lie at: addresses that only this machine or its neighbours can reach. */
const internal = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  internal.ipv4.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  internal.ipv6.addSubnet(network, prefix, 'ipv6');
}
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export interface GuardOptions {
  /** In a local run the clients are on the same machine. */
  allow_loopback: boolean;
}

export function isAllowedAddress(address: string, { allow_loopback }: GuardOptions): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (loopback.check(address, family)) return allow_loopback;
  return !internal[family].check(address, family);
}

/**
 * Fetches what a client's metadata lead to, so that nobody makes identity knock at the doors behind it: https only, no
 * redirects, bounded in time and size, and only addresses that are public. The address is checked where the connection is
 * made, so that a name cannot answer one address to the check and another to the connection.
 *
 * @throws TypeError, as fetch does
 */
export function createGuardedFetch(options: GuardOptions & Pick<RequestOptions, 'ca'>) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { protocol, hostname } = url;
    if (protocol !== 'https:') throw new TypeError('only https is fetched');
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isAllowedAddress(literal, options))
      throw new TypeError('the address is internal');
    const headers = Object.fromEntries(new Headers(init.headers));
    return get(url, { headers, lookup: guardedLookup(options), ...(options.ca && { ca: options.ca }) });
  };
}

function guardedLookup(options: GuardOptions): LookupFunction {
  return (hostname, wanted, callback) => {
    lookup(hostname, { ...wanted, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => isAllowedAddress(address, options));
      const [first] = allowed;
      // All of them: one internal address among public ones is how a name tries its luck.
      if (first === undefined || allowed.length < found.length) {
        return callback(new Error('the address is internal'), '', 0);
      }
      if (wanted.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function get(url: URL, options: RequestOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new TypeError('fetch failed', { cause }));
    const call = request(
      url,
      { ...options, method: 'GET', agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > MAX_BYTES) call.destroy(new Error('the answer is too large'));
        });
        response.on('error', fail);
        response.on('end', () => {
          const { statusCode: status = 502, headers } = response;
          if (status >= 300 && status < 400) return fail(new Error('redirects are not followed'));
          const kept = new Headers();
          for (const name of ['cache-control', 'content-type', 'expires'] as const) {
            const value = headers[name];
            if (value !== undefined) kept.set(name, value);
          }
          const body = status === 204 || status === 304 ? null : Buffer.concat(chunks);
          resolve(new Response(body, { status, headers: kept }));
        });
      },
    );
    call.on('error', fail);
    call.end();
  });
}
