import { ConfigError, loadConfig } from '@florin/chassis';
import { expect, it } from 'vitest';
import { bankingConfig, plaidUrl } from '../src/config.js';

const env = {
  HTTP_PORT: '8082',
  GRPC_PORT: '9082',
  MESH_ISSUER: 'http://127.0.0.1:8081',
  MESH_JWKS_URL: 'http://127.0.0.1:8081/mesh/jwks.json',
  DATABASE_URL: 'postgres://u:p@127.0.0.1/banking',
  NATS_URL: 'nats://u:p@127.0.0.1:4222',
  IDENTITY_ADDRESS: '127.0.0.1:9081',
  SERVICE_SECRET: 'secret',
  FIELD_KEYS: 'k1:AAAA',
  PUBLIC_URL: 'http://127.0.0.1:8082/',
  PLAID_CLIENT_ID: 'florin',
  PLAID_SECRET: 'hunter2',
  PLAID_BASE_URL: 'http://127.0.0.1:8091',
};

const urlIn = (over: Record<string, string | undefined>) =>
  plaidUrl(loadConfig(bankingConfig, { ...env, ...over }));

it('goes to the stand-in unless it is told to go elsewhere', () => {
  expect(urlIn({})).toBe('http://127.0.0.1:8091');
  expect(urlIn({ FLORIN_MODE: 'sandbox' })).toBe('https://sandbox.plaid.com');
  expect(loadConfig(bankingConfig, env).PUBLIC_URL).toBe('http://127.0.0.1:8082');
});

it('goes to real banks only with the second flag', () => {
  expect(() => urlIn({ FLORIN_MODE: 'live' })).toThrow(/FLORIN_ALLOW_LIVE=true/);
  expect(urlIn({ FLORIN_MODE: 'live', FLORIN_ALLOW_LIVE: 'true' })).toBe('https://production.plaid.com');
});

it('says at once all that is missing, and repeats no value', () => {
  expect(() => urlIn({ PLAID_BASE_URL: undefined })).toThrow(ConfigError);
  expect(() => urlIn({ PLAID_BASE_URL: undefined })).toThrow(/PLAID_BASE_URL is not set/);
  const load = () => loadConfig(bankingConfig, { ...env, PLAID_CLIENT_ID: '', PUBLIC_URL: 'hunter2' });
  expect(load).toThrow(/PLAID_CLIENT_ID is not set/);
  expect(load).toThrow(/PUBLIC_URL/);
  expect(load).not.toThrow(/hunter2/);
});
