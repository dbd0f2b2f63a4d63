import { hkdfSync } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** The key that signs a service's page tokens, the same in every replica. */
export function pageTokenKey(ring: KeyRing, service: string): Buffer {
  return Buffer.from(hkdfSync('sha256', ring.current.secret, '', `florin ${service} page tokens`, 32));
}
