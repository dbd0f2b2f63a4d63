import { z } from 'zod';
import { idpOptions } from './idp/options.js';

const port = z.coerce.number().int().min(0).max(65_535);

const duration = z.coerce
  .number()
  .int()
  .min(0)
  .max(30 * 86_400_000);

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
});

const config = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: port.default(8090),
  PLAID_PORT: port.default(8091),
  STRIPE_PORT: port.default(8092),
  IDP_PORT: port.default(8094),
  MAIL_HTTP_PORT: port.default(8095),
  MAIL_SMTP_PORT: port.default(8025),
  SANDBOX_SEED: z.string().min(1).max(100).default('florin'),
  /** Where state survives a restart. */
  SANDBOX_DATA_DIR: z.string().min(1).optional(),
  /** Where a browser reaches the Plaid stand-in, if that is not its own host and port (in containers). */
  PLAID_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where browsers and Florin reach the identity providers, if that is not their own host and port. */
  IDP_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** JSON: `[{"client_id","client_secret","redirect_uris"?,"id_token_alg"?}]`. */
  OIDC_CLIENTS: json.pipe(idpOptions.shape.oidc_clients.unwrap()).optional(),
  /** JSON: where SAML responses may be sent to. */
  SAML_ACS_URLS: json.pipe(idpOptions.shape.saml_acs_urls.unwrap()).optional(),
  /** Where a browser reaches the Stripe stand-in, if that is not its own host and port (in containers). */
  STRIPE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  STRIPE_SECRET_KEY: z.string().min(1).max(200).default('sk_test_florin_local'),
  /** Where Stripe's events go; nowhere but to endpoints made over the API where absent. */
  STRIPE_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(1).max(200).default('whsec_florin_local'),
  /** How long a bank takes to pay a debit, and to receive a payout. */
  STRIPE_ACH_SETTLES_AFTER_MS: duration.default(30_000),
  STRIPE_PAYOUTS_ARRIVE_AFTER_MS: duration.default(30_000),
  PLAID_CLIENT_ID: z.string().min(1).optional(),
  PLAID_SECRET: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Config = z.infer<typeof config>;

/** Reads the environment; an empty variable counts as unset. Throws an Error that lists every variable that is wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = config.safeParse(set);
  const problems = parsed.error?.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`) ?? [];
  if (
    parsed.data &&
    (parsed.data.PLAID_CLIENT_ID === undefined) !== (parsed.data.PLAID_SECRET === undefined)
  ) {
    problems.push('  PLAID_CLIENT_ID and PLAID_SECRET: set both, or neither to take any client');
  }
  if (!parsed.data || problems.length > 0) {
    throw new Error(`The configuration is not usable:\n${problems.join('\n')}`);
  }
  return parsed.data;
}
