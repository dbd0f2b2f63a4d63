import { createHash, randomBytes } from 'node:crypto';
import { idToUuid, uuidToId } from '@florin/chassis';
import { type RespondInput, type Sandbox, type SandboxOptions, start } from '@florin/sandbox';
import { type IdentityUnderTest, startIdentityUnderTest } from '../../support/identity-under-test.js';
import type { Browser, Visit } from './browser.js';

/** Identity with the stand-ins for a company's identity providers. */
export interface FederationUnderTest {
  identity: IdentityUnderTest;
  sandbox: Sandbox;
  /** Who the browser is signed in as; undefined where nobody is. */
  whoIs(browser: Browser): Promise<string | undefined>;
  /** Signs somebody in with a password, as far as this browser is concerned. */
  signInHere(browser: Browser, user_id: string): Promise<void>;
  /** Lets time pass for identity, and not for the providers. */
  pass(ms: number): void;
  /** How many accounts there are. */
  accounts(): Promise<number>;
  links(user_id: string): Promise<{ provider: string; subject: string }[]>;
  stop(): Promise<void>;
}

export const OIDC_NAME = 'florin-sandbox';
export const SAML_NAME = 'harbor';

export async function startFederationUnderTest(
  name: string,
  over: {
    sandbox?: SandboxOptions;
    oidc?: object;
    saml?: object;
    oidcs?: object[];
    samls?: (next_certificate: string) => object[];
  } = {},
): Promise<FederationUnderTest> {
  let passed_ms = 0;
  const sandbox = await start(over.sandbox);
  const { current, next } = await sandbox.control.idp.saml.certificates();
  const oidc = {
    name: OIDC_NAME,
    title: 'Florin sandbox',
    issuer: sandbox.oidc_issuer,
    client_id: 'florin-local',
    client_secret: 'florin-local-secret',
    ...over.oidc,
  };
  const saml = {
    connection: SAML_NAME,
    organization: 'Harbor',
    idp_entity_id: sandbox.control.idp.saml.entity_id,
    sso_url: sandbox.control.idp.saml.sso_url,
    certificates: [current],
    email_domains: ['harbor.test', 'florin.test'],
    role_mapping: { analysts: 'analyst' },
    ...over.saml,
  };
  const identity = await startIdentityUnderTest(name, {
    now: () => new Date(Date.now() + passed_ms),
    over: {
      OIDC_PROVIDERS: JSON.stringify([oidc, ...(over.oidcs ?? [])]),
      SAML_CONNECTIONS: JSON.stringify([saml, ...(over.samls?.(next) ?? [])]),
    },
  });
  return {
    identity,
    sandbox,
    async whoIs(browser) {
      const hashed = browser.cookies.get('florin');
      if (hashed === undefined) return undefined;
      const [row] = await identity.sql<{ user_id: string }[]>`
        select user_id from browser_sessions
        where session_hash = encode(sha256(convert_to(${hashed}, 'UTF8')), 'hex') and revoked_at is null`;
      return row && uuidToId('usr', row.user_id);
    },
    async signInHere(browser, user_id) {
      const value = randomBytes(32).toString('base64url');
      const hash = createHash('sha256').update(value).digest('hex');
      await identity.sql`
        insert into browser_sessions
          (session_hash, user_id, authentication_methods, authenticated_at, last_used_at, expires_at)
        values (${hash}, ${idToUuid(user_id, 'usr')}, '{pwd}', now(), now(), now() + interval '1 hour')`;
      browser.cookies.set('florin', value);
    },
    pass(ms) {
      passed_ms += ms;
    },
    async accounts() {
      const rows = await identity.sql`select 1 from users`;
      return rows.length;
    },
    links(user_id) {
      return identity.sql`
        select provider, subject from federated_accounts where user_id = ${idToUuid(user_id, 'usr')}`;
    },
    async stop() {
      await identity.stop();
      await sandbox.stop(0);
    },
  };
}

/** Signs in at the OpenID stand-in, as a person with a browser does. */
export async function signInByOidc(
  { identity }: FederationUnderTest,
  browser: Browser,
  person: string,
  { return_to = '/account/agents', until }: { return_to?: string; until?: string } = {},
): Promise<Visit> {
  const start = `${identity.url}/auth/oauth/${OIDC_NAME}/start?return_to=${encodeURIComponent(return_to)}`;
  const asked = await browser.get(start);
  return browser.post(asked.url, { person }, until ?? return_to);
}

/** Begins a sign-in over SAML and lets the stand-in answer as it is told, without posting the answer yet. */
export async function askSaml(
  { identity, sandbox }: FederationUnderTest,
  browser: Browser,
  answer: Omit<RespondInput, 'request'> = {},
  connection = SAML_NAME,
) {
  const start = `${identity.url}/auth/saml/${connection}/start?return_to=${encodeURIComponent('/account/agents')}`;
  const { location = '' } = await browser.get(start, '/saml/sso');
  return sandbox.control.idp.saml.respond({ person: 'grace', ...answer, request: location });
}

/** Signs in over SAML. The answer is posted from the provider's site, without the cookies of ours. */
export async function signInBySaml(
  under: FederationUnderTest,
  browser: Browser,
  answer: Omit<RespondInput, 'request'> = {},
  connection = SAML_NAME,
): Promise<Visit> {
  const { acs_url, saml_response } = await askSaml(under, browser, answer, connection);
  return browser.postFromElsewhere(acs_url, { SAMLResponse: saml_response }, '/account');
}
