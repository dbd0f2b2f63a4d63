import { afterEach, describe, expect, it, vi } from 'vitest';
import { environmentOf } from '../src/environment.js';
import { type Surroundings, topology } from '../src/topology.js';

const given = { database: undefined, nats_url: 'nats://127.0.0.1:14222', over: {} };

function environment(name: string, mode: string): Record<string, string> {
  const at: Surroundings = {
    secrets: { secret: () => 'a secret', fieldKeys: () => 'k1:key' },
    mode,
    data_dir: '/data',
    port: () => 8080,
    url: () => 'http://127.0.0.1:8080',
    grpc: () => '127.0.0.1:9090',
  };
  const spec = topology.find((each) => each.name === name);
  if (spec === undefined) throw new Error(`no ${name}`);
  return environmentOf(spec, at, given);
}

describe('the keys of a provider', () => {
  const own = {
    PLAID_CLIENT_ID: 'own-client',
    PLAID_SECRET: 'own-secret',
    STRIPE_SECRET_KEY: 'sk_test_own',
    STRIPE_WEBHOOK_SECRET: 'whsec_own',
  };
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['banking', ['PLAID_CLIENT_ID', 'PLAID_SECRET']],
    ['payments', ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET']],
  ] as const)('come to %s from whoever starts the mesh, in all modes but the simulated one', (name, keys) => {
    for (const [key, value] of Object.entries(own)) vi.stubEnv(key, value);
    for (const key of keys) {
      expect(environment(name, 'sandbox')[key]).toBe(own[key]);
      expect(environment(name, 'simulated')[key]).toMatch(/florin_?-?local/);
    }
  });
});
