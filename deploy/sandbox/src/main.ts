import { pino } from 'pino';
import { loadConfig } from './config.js';
import { start } from './start.js';

try {
  const config = loadConfig(process.env);
  const log = pino({
    name: 'sandbox',
    level: config.LOG_LEVEL,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
  const { PLAID_CLIENT_ID: client_id, PLAID_SECRET: secret } = config;
  const sandbox = await start({
    host: config.HOST,
    ports: {
      control: config.SANDBOX_PORT,
      plaid: config.PLAID_PORT,
      stripe: config.STRIPE_PORT,
      idp: config.IDP_PORT,
      mail_http: config.MAIL_HTTP_PORT,
      mail_smtp: config.MAIL_SMTP_PORT,
    },
    seed: config.SANDBOX_SEED,
    ...(config.SANDBOX_DATA_DIR ? { dataDir: config.SANDBOX_DATA_DIR } : {}),
    ...(config.PLAID_PUBLIC_URL ? { plaid_public_url: config.PLAID_PUBLIC_URL.replace(/\/$/, '') } : {}),
    ...(config.STRIPE_PUBLIC_URL ? { stripe_public_url: config.STRIPE_PUBLIC_URL.replace(/\/$/, '') } : {}),
    stripe_secret_key: config.STRIPE_SECRET_KEY,
    ...(config.STRIPE_WEBHOOK_URL
      ? { stripe_webhook: { url: config.STRIPE_WEBHOOK_URL, secret: config.STRIPE_WEBHOOK_SECRET } }
      : {}),
    ach_settles_after_ms: config.STRIPE_ACH_SETTLES_AFTER_MS,
    payouts_arrive_after_ms: config.STRIPE_PAYOUTS_ARRIVE_AFTER_MS,
    ...(config.IDP_PUBLIC_URL ? { idp_public_url: config.IDP_PUBLIC_URL.replace(/\/$/, '') } : {}),
    oidc_clients: config.OIDC_CLIENTS,
    saml_acs_urls: config.SAML_ACS_URLS,
    ...(client_id && secret ? { plaid_credentials: { client_id, secret } } : {}),
    log,
  });
  const { control: _control, stop: _stop, ...addresses } = sandbox;
  log.info(addresses, 'ready');
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    void sandbox.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
