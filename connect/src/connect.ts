import { setTimeout as wait } from 'node:timers/promises';
import {
  type AuthProvider,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  type FetchLike,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Settings } from './arguments.js';
import { Bridge } from './bridge.js';
import { log } from './log.js';
import { openBrowser } from './open-browser.js';
import { createSignIn } from './sign-in.js';
import { StandingStream } from './standing-stream.js';
import { createTokenStore } from './token-store.js';

/** A client that leaves so much unread is not reading any more. */
const UNREAD_MAX_BYTES = 32 * 1024 * 1024;

/** How often a standing stream that the transport has given up is opened again. */
const REOPEN_EVERY_MS = 10_000;

/** Runs the bridge until the client closes stdin, or a signal comes. */
export async function connect(settings: Settings): Promise<void> {
  const stdio = new StdioServerTransport();
  const standing = new StandingStream(fetch);
  const http = createHttp(settings, standing);
  const bridge = new Bridge(stdio, http, (ms) => wait(ms, undefined, { ref: false }));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    clearInterval(watch);
    clearInterval(reopening);
    await bridge.close();
    process.exit(0);
  };
  const watch = setInterval(() => {
    if (process.stdout.writableLength < UNREAD_MAX_BYTES) return;
    log('the client does not read what it is sent');
    process.exit(1);
  }, 1_000).unref();
  const reopening = setInterval(() => {
    // Nothing to resume from: what is missed is missed. That it failed is told by the transport.
    if (standing.isLost) http.resumeStream('').catch(() => undefined);
  }, REOPEN_EVERY_MS).unref();
  stdio.onclose = () => void stop();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  await bridge.start();
}

function createHttp(settings: Settings, standing: StandingStream): StreamableHTTPClientTransport {
  const { url, api_key } = settings;
  if (api_key !== undefined) {
    const authProvider: AuthProvider = { token: async () => api_key };
    return new StreamableHTTPClientTransport(url, { authProvider, fetch: standing.fetch });
  }
  const store = createTokenStore(settings.config_dir, url);
  const signIn = createSignIn({
    settings,
    store,
    open(page) {
      log(`sign in at ${page.href}`);
      openBrowser(page, process.env);
    },
  });
  /** By answer, what the request had shown. */
  const shown = new WeakMap<Response, string | null>();
  const watched: FetchLike = async (input, init) => {
    const response = await standing.fetch(input, init);
    shown.set(response, new Headers(init?.headers).get('authorization'));
    return response;
  };
  const authProvider: AuthProvider = {
    token: async () => store.read().tokens?.access_token,
    async onUnauthorized({ response }) {
      // Refreshed meanwhile, for another call or by another bridge: the token that was refused is not the newest.
      const access_token = store.read().tokens?.access_token;
      if (access_token !== undefined && shown.get(response) !== `Bearer ${access_token}`) return;
      const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
      await signIn({ resource_metadata_url: resourceMetadataUrl, scope, anew: false });
    },
  };
  return new AskingTransport(
    url,
    { authProvider, fetch: watched },
    async ({ requiredScope, resourceMetadataUrl }) => {
      const scope = computeScopeUnion(store.read().tokens?.scope, requiredScope);
      await signIn({ resource_metadata_url: resourceMetadataUrl, scope, anew: true });
    },
  );
}

/** Asks the person once where a call needs more than they allowed before, and sends it again. */
class AskingTransport extends StreamableHTTPClientTransport {
  readonly #ask: (refused: InsufficientScopeError) => Promise<void>;

  constructor(
    url: URL,
    options: ConstructorParameters<typeof StreamableHTTPClientTransport>[1],
    ask: (refused: InsufficientScopeError) => Promise<void>,
  ) {
    super(url, options);
    this.#ask = ask;
  }

  override async send(
    ...[message, options]: Parameters<StreamableHTTPClientTransport['send']>
  ): Promise<void> {
    try {
      await super.send(message, options);
    } catch (error) {
      if (!(error instanceof InsufficientScopeError)) throw error;
      await this.#ask(error);
      await super.send(message, options);
    }
  }
}
