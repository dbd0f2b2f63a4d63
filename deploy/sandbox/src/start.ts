import { type Logger, pino } from 'pino';
import type { z } from 'zod';
import { IdpControl } from './control/idp-control.js';
import { PlaidControl } from './control/plaid-control.js';
import { createControlServer } from './control/server.js';
import type { Status } from './control/status.js';
import { StripeControl } from './control/stripe-control.js';
import { createMetrics, type Listening, listen } from './edge.js';
import { type FaultInput, FaultSwitches, type SandboxFault } from './faults.js';
import { idpOptions } from './idp/options.js';
import { IDP_ENDPOINTS } from './idp/server.js';
import { startIdp } from './idp/stand-in.js';
import type { Mailbox } from './mail/mailbox.js';
import { MAIL_ENDPOINTS } from './mail/server.js';
import { startMail } from './mail/stand-in.js';
import { type Credentials, ENDPOINTS } from './plaid/server.js';
import { startPlaid } from './plaid/stand-in.js';
import { STRIPE_ENDPOINTS } from './stripe/endpoints.js';
import { startStripe } from './stripe/stand-in.js';

/** What the simulated mode calls Stripe with, and checks Stripe's webhooks by. */
const STRIPE_SECRET_KEY = 'sk_test_florin_local';
const STRIPE_WEBHOOK_SECRET = 'whsec_florin_local';
const DAY_MS = 86_400_000;
const SHOWN_DELIVERIES = 100;

export interface SandboxOptions extends z.input<typeof idpOptions> {
  /** 127.0.0.1 where absent. */
  host?: string;
  /** 0, the default, takes any free port. */
  ports?: {
    control?: number;
    plaid?: number;
    stripe?: number;
    idp?: number;
    mail_http?: number;
    mail_smtp?: number;
  };
  /** The same seed gives the same people and the same transactions. */
  seed?: string;
  /** The clock of all but the OpenID provider, which takes the machine's. */
  now?: () => Date;
  /** Where state survives a restart; in memory only where absent. */
  dataDir?: string;
  /** Where a browser reaches the Plaid stand-in, if not at its own host and port. */
  plaid_public_url?: string;
  /** Where browsers and Florin reach the identity providers, if not at their own host and port. */
  idp_public_url?: string;
  /** The only Plaid client there is; any is taken where absent. */
  plaid_credentials?: Credentials;
  /** How long after an Item is made its last 30 days, and all of its history, are there. At once where absent. */
  initial_update_ms?: number;
  historical_update_ms?: number;
  /** Where a browser reaches the Stripe stand-in, if not at its own host and port. */
  stripe_public_url?: string;
  /** The only Stripe key there is; `sk_test_florin_local` where absent. */
  stripe_secret_key?: string;
  /** Where Stripe's events go, connected accounts' too; the secret is `whsec_florin_local` where absent. */
  stripe_webhook?: { url: string; secret?: string };
  /** How long a bank takes to pay a debit, and to receive a payout; four and two days where absent. */
  ach_settles_after_ms?: number;
  payouts_arrive_after_ms?: number;
  log?: Logger;
}

export interface SandboxControl {
  /** Switches a fault on and answers it with its id. */
  setFault(fault: FaultInput): SandboxFault;
  /** Switches one fault off, or all. Answers how many were on. */
  clearFaults(id?: string): number;
  status(): Status;
  plaid: PlaidControl;
  stripe: StripeControl;
  idp: IdpControl;
  mail: Mailbox;
}

export interface Sandbox {
  control_url: string;
  plaid_url: string;
  stripe_url: string;
  /** Of the OpenID provider; its metadata are below `/.well-known/openid-configuration`. */
  oidc_issuer: string;
  /** The metadata of the SAML identity provider. */
  saml_metadata_url: string;
  /** Pages and JSON of the mail caught. */
  mail_url: string;
  /** `smtp://127.0.0.1:8025` */
  smtp_url: string;
  control: SandboxControl;
  /** Ends requests within `timeout_ms` (2,000 where absent), retries and timers. */
  stop(timeout_ms?: number): Promise<void>;
}

/**
 * Starts the stand-ins and their control server in this process.
 * Throws where a port is taken or the state unreadable, a ZodError where `oidc_clients` or `saml_acs_urls` are not usable.
 */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const running: Listening[] = [];
  try {
    return await startAll(options, running);
  } catch (error) {
    await Promise.all(running.map((each) => each.stop(0)));
    throw error;
  }
}

/** `running` is what has been started so far, to be stopped where the rest fails. */
async function startAll(options: SandboxOptions, running: Listening[]): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const now = options.now ?? (() => new Date());
  const seed = options.seed ?? 'florin';
  const log = options.log ?? pino({ level: 'silent' });
  const { dataDir: data_dir, ports = {} } = options;
  const { oidc_clients, saml_acs_urls } = options;
  const at = (port: number) => `http://${reachable(host)}:${port}`;
  const faults = new FaultSwitches();
  const shared = { host, now, data_dir, log };
  const started_at = now().toISOString();

  const plaid = await startPlaid({
    ...shared,
    port: ports.plaid ?? 0,
    seed,
    publicUrl: (port) => options.plaid_public_url ?? at(port),
    credentials: options.plaid_credentials,
    initial_update_ms: options.initial_update_ms ?? 0,
    historical_update_ms: options.historical_update_ms ?? options.initial_update_ms ?? 0,
    faults: faults.of('plaid'),
  });
  running.push(plaid);
  const { stripe_webhook } = options;
  const stripe = await startStripe({
    ...shared,
    port: ports.stripe ?? 0,
    publicUrl: (port) => options.stripe_public_url ?? at(port),
    secret_key: options.stripe_secret_key ?? STRIPE_SECRET_KEY,
    webhook: stripe_webhook && { secret: STRIPE_WEBHOOK_SECRET, ...stripe_webhook },
    ach_settles_after_ms: options.ach_settles_after_ms ?? 4 * DAY_MS,
    payouts_arrive_after_ms: options.payouts_arrive_after_ms ?? 2 * DAY_MS,
    faults: faults.of('stripe'),
  });
  running.push(stripe);
  const idp = await startIdp({
    ...shared,
    ...idpOptions.parse({ oidc_clients, saml_acs_urls }),
    port: ports.idp ?? 0,
    publicUrl: (port) => options.idp_public_url ?? at(port),
    faults: faults.of('idp'),
  });
  running.push(idp);
  const mail_ports = { http: ports.mail_http ?? 0, smtp: ports.mail_smtp ?? 0 };
  const mail = await startMail({ ...shared, ports: mail_ports, faults: faults.of('mail') });
  running.push(mail);

  const mail_url = at(mail.port);
  const smtp_url = `smtp://${reachable(host)}:${mail.smtp_port}`;
  const plaid_control = new PlaidControl(plaid.world);
  const stripe_control = new StripeControl(stripe);
  const idp_control = new IdpControl(faults, idp.saml);
  const status = (): Status => ({
    providers: [
      { name: 'Plaid', url: plaid.public_url, endpoints: ENDPOINTS.map(({ path }) => path) },
      {
        name: 'Stripe',
        url: stripe.public_url,
        endpoints: STRIPE_ENDPOINTS.map(({ method, path }) => `${method} ${path}`),
      },
      { name: 'Identity providers', url: idp.public_url, endpoints: IDP_ENDPOINTS },
      { name: 'Caught mail', url: mail_url, endpoints: MAIL_ENDPOINTS },
      { name: 'SMTP', url: smtp_url, endpoints: [] },
    ],
    seed,
    started_at,
    data_dir: data_dir ?? null,
    faults: faults.list(),
    items: plaid_control.items(),
    webhooks: [
      ...plaid.sender
        .recent()
        .map(({ body, url, state, attempts }) => ({ webhook_code: body.webhook_code, url, state, attempts })),
      ...stripe.sender
        .recent()
        .slice(-SHOWN_DELIVERIES)
        .map(({ type, url, state, attempts }) => ({ webhook_code: type, url, state, attempts })),
    ],
    mails: mail.mailbox.list().length,
  });
  const control = await listen({ host, port: ports.control ?? 0, variable: 'SANDBOX_PORT' });
  running.push(control);
  const metrics = createMetrics('control');
  control.serve(
    createControlServer({
      faults,
      plaid: plaid_control,
      stripe: stripe_control,
      idp: idp_control,
      status,
      metrics,
      log,
    }),
  );

  return {
    control_url: at(control.port),
    plaid_url: at(plaid.port),
    stripe_url: at(stripe.port),
    oidc_issuer: idp.issuer,
    saml_metadata_url: idp.saml.entity_id,
    mail_url,
    smtp_url,
    control: {
      setFault: (fault) => faults.set(fault),
      clearFaults: (id) => faults.clear(id),
      status,
      plaid: plaid_control,
      stripe: stripe_control,
      idp: idp_control,
      mail: mail.mailbox,
    },
    async stop(timeout_ms = 2_000) {
      await Promise.all(running.map((each) => each.stop(timeout_ms)));
    },
  };
}

/** An address to connect to, for a host to listen on. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}
