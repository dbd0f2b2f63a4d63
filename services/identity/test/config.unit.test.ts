import { ConfigError, loadConfig } from '@florin/chassis';
import { expect, it } from 'vitest';
import { identityConfig, serviceSecrets } from '../src/config.js';

const env = {
  HTTP_PORT: '8081',
  GRPC_PORT: '9081',
  MESH_ISSUER: 'http://127.0.0.1:8081',
  MESH_JWKS_URL: 'http://127.0.0.1:8081/mesh/jwks.json',
  ISSUER: 'http://127.0.0.1:8081',
  GATEWAY_RESOURCE: 'http://127.0.0.1:8080/mcp',
  DATABASE_URL: 'postgres://u:p@127.0.0.1/identity',
  NATS_URL: 'nats://u:p@127.0.0.1:4222',
  FIELD_KEYS: 'k1:AAAA',
  SERVICE_SECRET_HASHES: `gateway:${'0'.repeat(64)},banking:${'f'.repeat(64)}`,
};

it('makes no demo people, and takes no password through agents, unless it is told to', () => {
  expect(loadConfig(identityConfig, env)).toMatchObject({ DEMO_PEOPLE: false, PASSWORD_OPERATIONS: false });
});

it('says at once all that is missing or wrong, and repeats no value', () => {
  const { ISSUER: _, ...rest } = env;
  const wrong = { ...rest, SERVICE_SECRET_HASHES: 'gateway:hunter2', MESH_TOKEN_LIFETIME_S: '3600' };
  const load = () => loadConfig(identityConfig, wrong);
  expect(load).toThrow(ConfigError);
  expect(load).toThrow(/ISSUER is not set/);
  expect(load).toThrow(/SERVICE_SECRET_HASHES: must be pairs/);
  expect(load).toThrow(/MESH_TOKEN_LIFETIME_S/);
  expect(load).not.toThrow(/hunter2/);
});

it('takes the hashes of services apart, and refuses two for one service', () => {
  const config = loadConfig(identityConfig, env);
  expect([...serviceSecrets(config).keys()]).toEqual(['gateway', 'banking']);
  const twice = `${env.SERVICE_SECRET_HASHES},gateway:${'1'.repeat(64)}`;
  expect(() => serviceSecrets({ ...config, SERVICE_SECRET_HASHES: twice })).toThrow(ConfigError);
});
