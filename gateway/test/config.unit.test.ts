import { loadConfig } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { gatewayConfig } from '../src/config.js';

const env = {
  HTTP_PORT: '8080',
  PUBLIC_URL: 'https://florin.example/',
  ISSUER: 'https://id.florin.example',
  SERVICES: 'identity=127.0.0.1:9081, banking=banking.florin.svc:9082,v6=[::1]:9083',
  IDENTITY_ADDRESS: '127.0.0.1:9081',
  SERVICE_SECRET: 'secret',
  NATS_URL: 'nats://gateway:secret@127.0.0.1:4222',
};

describe('the configuration', () => {
  it('reads services in their order, and origins', () => {
    const config = loadConfig(gatewayConfig, {
      ...env,
      ALLOWED_ORIGINS: 'https://a.test,http://b.test:3000/',
    });
    expect(config.SERVICES).toEqual([
      { name: 'identity', address: '127.0.0.1:9081' },
      { name: 'banking', address: 'banking.florin.svc:9082' },
      { name: 'v6', address: '[::1]:9083' },
    ]);
    expect(config.PUBLIC_URL).toBe('https://florin.example');
    expect(config.ALLOWED_ORIGINS).toEqual(['https://a.test', 'http://b.test:3000']);
  });

  it.each([
    ['SERVICES', ''],
    ['SERVICES', 'banking'],
    ['SERVICES', 'banking=127.0.0.1'],
    ['SERVICES', 'a=h:1,a=h:2'],
    ['SERVICES', 'gateway=h:1'],
    ['PUBLIC_URL', 'https://florin.example/path'],
    ['PUBLIC_URL', 'florin'],
    ['ALLOWED_ORIGINS', 'a.test'],
    ['IDENTITY_ADDRESS', 'http://127.0.0.1:9081'],
    ['CALL_TIMEOUT_MS', '5'],
  ])('refuses %s=%s by its name', (name, value) => {
    expect(() => loadConfig(gatewayConfig, { ...env, [name]: value })).toThrow(name);
  });
});
