import { randomBytes } from 'node:crypto';
import { auth, type OAuthClientMetadata, type OAuthClientProvider } from '@modelcontextprotocol/client';
import { isSafe, type Settings } from './arguments.js';
import { type CallbackServer, listenForCallback } from './callback-server.js';
import type { TokenStore } from './token-store.js';

interface Asked {
  /** Of the challenge; the server's own place of it where there was none. */
  resource_metadata_url?: URL | undefined;
  scope?: string | undefined;
  /** Whether the person has to be asked, although there is a token: it opens too little. */
  anew: boolean;
}

interface SignInOptions {
  settings: Pick<Settings, 'url' | 'client_document'>;
  store: TokenStore;
  /** Shows the page to the person. */
  open: (url: URL) => void;
}

/**
 * Gets an access token: by the refresh token, or else by the person in their browser (authorization code with PKCE). Calls that
 * come while the person is asked wait for the same answer.
 *
 * @returns a function that rejects where nobody signed in
 */
export function createSignIn(options: SignInOptions): (asked: Asked) => Promise<void> {
  let underWay: Promise<void> | undefined;
  return (asked) => {
    underWay ??= signIn(options, asked).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

async function signIn({ settings, store, open }: SignInOptions, asked: Asked): Promise<void> {
  const callback = await listenForCallback(store.read().callback_port);
  try {
    const state = randomBytes(24).toString('base64url');
    let page: URL | undefined;
    const provider = createProvider({ settings, store, callback, state, asked }, (url) => {
      page = url;
    });
    const request = {
      serverUrl: settings.url,
      ...(asked.resource_metadata_url && { resourceMetadataUrl: asked.resource_metadata_url }),
      ...(asked.scope !== undefined && { scope: asked.scope }),
    };
    const result = await auth(provider, { ...request, forceReauthorization: asked.anew });
    if (result === 'AUTHORIZED' || page === undefined) return;
    // The server chooses the address, and the computer opens whatever it is: `file:` and others start programs.
    if (!isSafe(page)) throw new Error(`the server's page to sign in at is no https address: ${page.href}`);
    const arrival = callback.arrival(state);
    open(page);
    const answer = await arrival;
    const code = answer.get('code');
    if (code === null) {
      throw new Error(`the sign-in was refused: ${answer.get('error_description') ?? answer.get('error')}`);
    }
    const iss = answer.get('iss');
    await auth(provider, { ...request, authorizationCode: code, ...(iss !== null && { iss }) });
  } finally {
    callback.close();
  }
}

interface Attempt extends Pick<SignInOptions, 'settings' | 'store'> {
  callback: CallbackServer;
  state: string;
  asked: Asked;
}

function createProvider(
  { settings: { client_document }, store, callback: { port, redirect_uri }, state, asked }: Attempt,
  onPage: (url: URL) => void,
): OAuthClientProvider {
  let verifier = '';
  return {
    redirectUrl: redirect_uri,
    clientMetadata: clientMetadata(redirect_uri),
    ...(client_document !== undefined && { clientMetadataUrl: client_document }),
    state: () => state,
    clientInformation() {
      const { client, callback_port, tokens } = store.read();
      // A client that was registered to come back to another port can refresh, and is registered anew for the browser.
      const refreshes = tokens?.refresh_token !== undefined && !asked.anew;
      const fits = callback_port === port || client?.client_id === client_document;
      return refreshes || fits ? client : undefined;
    },
    saveClientInformation: (client) => store.write({ client, callback_port: port }),
    tokens: () => store.read().tokens,
    saveTokens: (tokens) => store.write({ tokens }),
    redirectToAuthorization: onPage,
    saveCodeVerifier(made) {
      verifier = made;
    },
    codeVerifier: () => verifier,
    discoveryState: () => store.read().discovery,
    saveDiscoveryState: (discovery) => store.write({ discovery }),
    invalidateCredentials(scope) {
      if (scope === 'all' || scope === 'client') store.write({ client: undefined });
      if (scope === 'all' || scope === 'tokens') store.write({ tokens: undefined });
      if (scope === 'all' || scope === 'discovery') store.write({ discovery: undefined });
    },
  };
}

function clientMetadata(redirect_uri: string): OAuthClientMetadata {
  return {
    client_name: 'florin-connect',
    redirect_uris: [redirect_uri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}
