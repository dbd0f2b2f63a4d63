import { createHash, randomBytes } from 'node:crypto';
import type { IdentityUnderTest } from './identity-under-test.js';
import { fieldOf, type TestBrowser, testBrowser } from './page-browser.js';

export const REDIRECT_URI = 'http://127.0.0.1:9999/callback';
export const RESOURCE = 'http://127.0.0.1:8080/mcp';

export interface TokenAnswer {
  status: number;
  body: Record<string, string> & { expires_in?: number };
}

/** What a client remembers between its request and the way back. */
export interface Attempt {
  url: string;
  verifier: string;
  state: string;
}

/** A client as the RFCs describe it, without a library that would keep it from doing wrong. */
export function oauthClient({ url: issuer, sql }: Pick<IdentityUnderTest, 'url' | 'sql'>) {
  async function register(metadata: Record<string, unknown> = {}): Promise<Record<string, string>> {
    const response = await fetch(`${issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Test Assistant',
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'none',
        ...metadata,
      }),
    });
    return { ...((await response.json()) as Record<string, string>), status: String(response.status) };
  }

  /** @param over parameters to change, or to leave out where they are undefined */
  function attempt(client_id: string, over: Record<string, string | undefined> = {}): Attempt {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(8).toString('hex');
    const parameters = {
      response_type: 'code',
      client_id,
      redirect_uri: REDIRECT_URI,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state,
      resource: RESOURCE,
      scope: 'profile:read banking:read',
      ...over,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, value);
    }
    return { url: `/oauth/authorize?${query}`, verifier, state };
  }

  /** From the request to the decision, in a browser of somebody who is signed in. @returns where the client is called back */
  async function decide(
    browser: TestBrowser,
    path: string,
    decision: 'allow' | 'deny' = 'allow',
  ): Promise<URL> {
    const asked = await browser.get(path);
    const interaction = asked.headers.get('location') ?? '';
    if (!interaction.startsWith('/oauth/interaction/'))
      throw new Error(`asked nothing: ${asked.status} ${interaction}`);
    const page = await (await browser.get(interaction)).text();
    const decided = await browser.post(interaction, { csrf: fieldOf(page, 'csrf'), decision });
    const resumed = await browser.get(decided.headers.get('location') ?? '');
    return new URL(resumed.headers.get('location') ?? '');
  }

  async function token(
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<TokenAnswer> {
    const response = await fetch(`${issuer}/oauth/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: (await response.json()) as TokenAnswer['body'] };
  }

  return {
    register,
    attempt,
    decide,
    token,

    redeem(client_id: string, code: string, { verifier }: Attempt, over: Record<string, string> = {}) {
      return token({
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
        ...over,
      });
    },

    refresh(client_id: string, refresh_token: string, over: Record<string, string> = {}) {
      return token({ grant_type: 'refresh_token', client_id, refresh_token, ...over });
    },

    /** All of it, for somebody. */
    async connect(user_id: string, client_id: string, over: Record<string, string | undefined> = {}) {
      const browser = testBrowser({ url: issuer, sql });
      await browser.signIn(user_id);
      const made = attempt(client_id, over);
      const back = await decide(browser, made.url);
      const { body } = await this.redeem(client_id, back.searchParams.get('code') ?? '', made);
      return { browser, ...body } as {
        browser: TestBrowser;
        access_token: string;
        refresh_token: string;
        scope: string;
      };
    },
  };
}
