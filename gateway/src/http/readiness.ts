import type { ReadinessCheck } from '@florin/chassis';
import type { Mesh } from '../mesh/mesh.js';

/**
 * How long a starting gateway waits for services that do not answer. After that it serves what it has: one service that
 * is down must not keep everybody's tools away, and mesh://status tells which it is.
 */
const WAIT_MS = 10_000;

/** Ready once every service has been asked what it shows, or the time for that is over; and from then on. */
export function createReadiness(mesh: Pick<Mesh, 'isComplete'>): ReadinessCheck {
  const deadline = performance.now() + WAIT_MS;
  return async () => {
    if (!mesh.isComplete && performance.now() < deadline) throw new Error('services are still to be asked');
  };
}
