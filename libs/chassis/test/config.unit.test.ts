import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig, processConfig, providerMode, requireLiveConsent } from '../src/index.js';

const schema = processConfig.extend({ GATEWAY_URL: z.url(), SECRET: z.string().min(16) });

describe('configuration', () => {
  // proves: config-all-at-once
  it('names everything that is wrong at once', () => {
    const load = () => loadConfig(schema, { HTTP_PORT: 'eighty', SECRET: '' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/HTTP_PORT: .*number/);
    expect(load).toThrow(/GATEWAY_URL is not set/);
    expect(load).toThrow(/SECRET is not set/);
  });

  it('never repeats a value, since it may be a secret', () => {
    const load = () => loadConfig(schema, { HTTP_PORT: '1', GATEWAY_URL: 'hunter2-url', SECRET: 'hunter2' });
    expect(load).toThrow(/GATEWAY_URL/);
    expect(load).not.toThrow(/hunter2/);
  });

  it('gives numbers as numbers and defaults where a variable is empty', () => {
    const config = loadConfig(processConfig, { HTTP_PORT: '8080', HOST: '' });
    expect(config).toEqual({ HOST: '127.0.0.1', HTTP_PORT: 8080, LOG_LEVEL: 'info' });
  });

  it('does not move real money by one flag alone', () => {
    const live = loadConfig(providerMode, { FLORIN_MODE: 'live' });
    expect(() => requireLiveConsent(live)).toThrow(/FLORIN_ALLOW_LIVE/);
    expect(() => requireLiveConsent({ ...live, FLORIN_ALLOW_LIVE: true })).not.toThrow();
  });
});
