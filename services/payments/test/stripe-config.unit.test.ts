import { ConfigError, loadConfig } from '@florin/chassis';
import { describe, expect, it } from 'vitest';
import { stripeConfig, stripePlace } from '../src/stripe-config.js';

const base = {
  FLORIN_MODE: 'simulated',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  STRIPE_BASE_URL: 'http://127.0.0.1:8092',
};
const place = (env: Record<string, string>) => stripePlace(loadConfig(stripeConfig, { ...base, ...env }));

describe('where Stripe is', () => {
  it('is the stand-in in the simulated mode, and nowhere else', () => {
    expect(place({})).toMatchObject({ base_url: 'http://127.0.0.1:8092', secret_key: 'sk_test_1' });
    expect(place({ FLORIN_MODE: 'sandbox' })).not.toHaveProperty('base_url');
    expect(() => place({ STRIPE_BASE_URL: '' })).toThrow(/STRIPE_BASE_URL is not set/);
  });

  it('is reached live with a live key and consent alone', () => {
    const live = { FLORIN_MODE: 'live', FLORIN_ALLOW_LIVE: 'true', STRIPE_SECRET_KEY: 'rk_live_1' };
    expect(place(live)).toEqual({ secret_key: 'rk_live_1', webhook_secrets: ['whsec_1'] });
    expect(() => place({ ...live, FLORIN_ALLOW_LIVE: 'false' })).toThrow(/moves real money/);
    expect(() => place({ ...live, STRIPE_SECRET_KEY: 'sk_test_1' })).toThrow(/no live key/);
  });

  it('signs with a secret for each endpoint', () => {
    expect(place({ STRIPE_WEBHOOK_SECRET: 'whsec_own,whsec_connect' })).toMatchObject({
      webhook_secrets: ['whsec_own', 'whsec_connect'],
    });
    for (const STRIPE_WEBHOOK_SECRET of ['whsec_1,', 'whsec_1, whsec_2', 'whsec_1,other', ',whsec_1']) {
      expect(() => place({ STRIPE_WEBHOOK_SECRET })).toThrow(/STRIPE_WEBHOOK_SECRET/);
    }
  });

  // proves: keys-of-the-mode
  it('is never opened with a live key in another mode, and the key is in no message', () => {
    for (const FLORIN_MODE of ['simulated', 'sandbox']) {
      for (const STRIPE_SECRET_KEY of ['sk_live_topsecret', 'pk_test_1', 'topsecret']) {
        const attempt = () => place({ FLORIN_MODE, STRIPE_SECRET_KEY });
        expect(attempt).toThrow(ConfigError);
        expect(attempt).not.toThrow(/topsecret/);
      }
    }
  });
});
