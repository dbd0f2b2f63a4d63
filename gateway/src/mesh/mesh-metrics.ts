import { Gauge, type Registry } from 'prom-client';
import type { Mesh } from './mesh.js';

/** What somebody on call wants to know of the mesh, at `/metrics`. */
export function registerMeshMetrics(registry: Registry, mesh: Pick<Mesh, 'peers' | 'collisions'>): void {
  new Gauge({
    name: 'florin_mesh_links_up',
    help: 'Open streams to each service. None: its calls fail.',
    labelNames: ['peer'] as const,
    registers: [registry],
    collect() {
      for (const { status, linksUp } of mesh.peers) this.set({ peer: status.name }, linksUp);
    },
  });
  new Gauge({
    name: 'florin_mesh_calls',
    help: 'Calls to each service: in flight, and waiting for their turn.',
    labelNames: ['peer', 'state'] as const,
    registers: [registry],
    collect() {
      for (const { status, load } of mesh.peers) {
        this.set({ peer: status.name, state: 'in_flight' }, load.in_flight);
        this.set({ peer: status.name, state: 'waiting' }, load.waiting);
      }
    },
  });
  new Gauge({
    name: 'florin_mesh_collisions',
    help: 'Tools, resources and prompts that two services show; the second one is refused.',
    registers: [registry],
    collect() {
      this.set(mesh.collisions.length);
    },
  });
}
