import { afterAll, describe, expect, it } from 'vitest';
import { clientSuite } from './support/client-suite.js';
import { startTwoReplicas, type TwoReplicas } from './support/two-replicas.js';

// proves: replicas-without-affinity
describe('two replicas behind a round-robin proxy without affinity serve the whole client suite', () => {
  let replicas: TwoReplicas | undefined;
  clientSuite(async () => {
    replicas = await startTwoReplicas();
    return { mesh: replicas.mesh, url: replicas.any, stop: async () => undefined };
  });
  afterAll(() => replicas?.stop());

  it('and each of them had its part in it', () => {
    const [first = 0, second = 0] = replicas?.balancer.served ?? [];
    expect(Math.min(first, second)).toBeGreaterThan(20);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
  });
});
