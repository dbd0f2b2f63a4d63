import { loadConfig } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { paymentsConfig } from '../src/config.js';

const env = {
  HTTP_PORT: '8083',
  GRPC_PORT: '9083',
  MESH_ISSUER: 'http://127.0.0.1:8081',
  MESH_JWKS_URL: 'http://127.0.0.1:8081/mesh/jwks.json',
  IDENTITY_ADDRESS: '127.0.0.1:9081',
  BANKING_ADDRESS: '127.0.0.1:9082',
  SERVICE_SECRET: 'secret',
  DATABASE_URL: 'postgres://u:p@127.0.0.1:1/db',
  NATS_URL: 'nats://u:p@127.0.0.1:1',
  FIELD_KEYS: 'k1:x',
  PUBLIC_URL: 'http://127.0.0.1:8083/',
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
};

describe('the configuration', () => {
  it('reads maximums in minor units, fees in basis points, and currencies', () => {
    const config = loadConfig(paymentsConfig, {
      ...env,
      PAYMENT_MAXIMUMS: 'USD=500.00, EUR=400.00, JPY=70000',
      PAYMENT_FEES: '{"charge": 290}',
      WALLET_CURRENCIES: 'USD,EUR',
    });
    expect([...config.PAYMENT_MAXIMUMS]).toEqual([
      ['USD', 50_000n],
      ['EUR', 40_000n],
      ['JPY', 70_000n],
    ]);
    expect(config).toMatchObject({
      PAYMENT_FEES: { charge: 290 },
      WALLET_CURRENCIES: ['USD', 'EUR'],
      PUBLIC_URL: 'http://127.0.0.1:8083',
    });
  });

  it('has defaults under which nobody pays a fee, and nobody a fortune', () => {
    const config = loadConfig(paymentsConfig, env);
    expect(config.PAYMENT_FEES).toEqual({});
    expect(config.PAYMENT_MAXIMUMS.get('USD')).toBe(10_000_000n);
    expect(config.DEMO_PEOPLE).toBe(false);
  });

  it.each([
    ['PAYMENT_MAXIMUMS', 'USD=1.001'],
    ['PAYMENT_MAXIMUMS', 'much'],
    ['PAYMENT_MAXIMUMS', 'EUR=500.00'],
    ['PAYMENT_FEES', '{"charge": 2.5}'],
    ['PAYMENT_FEES', '{"coffee": 1}'],
    ['PAYMENT_FEES', '2%'],
    ['WALLET_CURRENCIES', 'USD,XXQ'],
  ])('names %s where it is %s', (name, value) => {
    expect(() => loadConfig(paymentsConfig, { ...env, [name]: value })).toThrow(`${name}: must `);
  });

  it('demands a maximum of each currency in which people have wallets', () => {
    expect(() => loadConfig(paymentsConfig, { ...env, WALLET_CURRENCIES: 'USD,CHF' })).toThrow(
      'PAYMENT_MAXIMUMS: must have an amount for each of WALLET_CURRENCIES',
    );
  });
});
