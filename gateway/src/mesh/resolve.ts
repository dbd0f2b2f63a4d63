import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

/** More replicas than this are not connected to: enough to spread the load, and bounded. */
const ADDRESSES_MAX = 32;

/**
 * The addresses behind `host:port`, one for each replica where the name is a headless Kubernetes service.
 *
 * @throws what the resolver says
 */
export async function resolveAddresses(address: string): Promise<string[]> {
  const split = address.lastIndexOf(':');
  const port = address.slice(split + 1);
  const host = address.slice(0, split).replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(host, { all: true });
  const ips = [...new Set(found.map(({ address: ip }) => ip))].sort();
  return ips.slice(0, ADDRESSES_MAX).map((ip) => `${isIPv6(ip) ? `[${ip}]` : ip}:${port}`);
}
