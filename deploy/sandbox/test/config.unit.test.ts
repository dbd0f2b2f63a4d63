import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.js';

describe('the configuration', () => {
  it('needs nothing, and counts an empty variable as unset', () => {
    expect(loadConfig({ SANDBOX_PORT: '', PATH: '/bin' })).toEqual({
      HOST: '127.0.0.1',
      SANDBOX_PORT: 8090,
      PLAID_PORT: 8091,
      STRIPE_PORT: 8092,
      STRIPE_SECRET_KEY: 'sk_test_florin_local',
      STRIPE_WEBHOOK_SECRET: 'whsec_florin_local',
      STRIPE_ACH_SETTLES_AFTER_MS: 30_000,
      STRIPE_PAYOUTS_ARRIVE_AFTER_MS: 30_000,
      IDP_PORT: 8094,
      MAIL_HTTP_PORT: 8095,
      MAIL_SMTP_PORT: 8025,
      SANDBOX_SEED: 'florin',
      LOG_LEVEL: 'info',
    });
  });

  it('lists everything that is wrong at once', () => {
    const load = () => loadConfig({ SANDBOX_PORT: 'x', PLAID_PORT: '70000', PLAID_PUBLIC_URL: 'ftp://a' });
    expect(load).toThrow(/SANDBOX_PORT[\s\S]*PLAID_PORT[\s\S]*PLAID_PUBLIC_URL/);
  });

  it('takes the client id and the secret together only', () => {
    expect(() => loadConfig({ PLAID_CLIENT_ID: 'a' })).toThrow(/PLAID_CLIENT_ID and PLAID_SECRET: set both/);
  });

  it('reads who may sign people in, and where they may return to, from JSON', () => {
    const OIDC_CLIENTS = JSON.stringify([{ client_id: 'a', client_secret: 'b' }]);
    const config = loadConfig({ OIDC_CLIENTS, SAML_ACS_URLS: '["https://florin.test/auth/saml/*/acs"]' });
    expect(config.OIDC_CLIENTS).toMatchObject([{ client_id: 'a', id_token_alg: 'RS256' }]);
    expect(config.SAML_ACS_URLS).toEqual(['https://florin.test/auth/saml/*/acs']);
    expect(() => loadConfig({ OIDC_CLIENTS: '[{}]', SAML_ACS_URLS: 'x' })).toThrow(
      /OIDC_CLIENTS[\s\S]*SAML_ACS_URLS: must be JSON/,
    );
  });
});
