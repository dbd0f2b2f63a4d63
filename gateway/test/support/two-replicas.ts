import type { Offer } from '@florin/chassis';
import { claimNats, until } from '@florin/testkit';
import { expect } from 'vitest';
import { type RoundRobin, startRoundRobin } from './round-robin.js';
import { startToyMesh, type ToyMesh, urlOf } from './toy-mesh.js';
import type { ToyDeps } from './toy-service.js';

/** Two gateways over one NATS, and a load balancer without affinity in front of them. */
export interface TwoReplicas {
  mesh: ToyMesh;
  /** The `/mcp` of each, and of the balancer. */
  a: string;
  b: string;
  any: string;
  balancer: RoundRobin;
  nats_url: string;
  stop(): Promise<void>;
}

export async function startTwoReplicas(offers?: Record<string, Offer<ToyDeps>>): Promise<TwoReplicas> {
  const nats_url = await claimNats();
  const mesh = await startToyMesh(offers, { NATS_URL: nats_url });
  const other = await mesh.addReplica();
  const balancer = await startRoundRobin([mesh.gateway.http_port, other.http_port]);
  await until(() => expect(mesh.gateway.replicas_reachable && other.replicas_reachable).toBe(true));
  return {
    mesh,
    a: `${mesh.url}/mcp`,
    b: `${urlOf(other)}/mcp`,
    any: `${balancer.url}/mcp`,
    balancer,
    nats_url,
    async stop() {
      await balancer.close();
      await mesh.stop();
    },
  };
}
