import { setTimeout as wait } from 'node:timers/promises';
import {
  type AuthProvider,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Settings } from './arguments.js';
import { Bridge } from './bridge.js';
import { log } from './log.js';
import { openBrowser } from './open-browser.js';
import { createSignIn } from './sign-in.js';
import { createTokenStore } from './token-store.js';

/** A client that leaves so much unread is not reading any more. */
const UNREAD_MAX_BYTES = 32 * 1024 * 1024;

/** Runs the bridge until the client closes stdin, or a signal comes. */
export async function connect(settings: Settings): Promise<void> {
  const stdio = new StdioServerTransport();
  const bridge = new Bridge(stdio, createHttp(settings), (ms) => wait(ms, undefined, { ref: false }));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    clearInterval(watch);
    await bridge.close();
    process.exit(0);
  };
  const watch = setInterval(() => {
    if (process.stdout.writableLength < UNREAD_MAX_BYTES) return;
    log('the client does not read what it is sent');
    process.exit(1);
  }, 1_000).unref();
  stdio.onclose = () => void stop();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  await bridge.start();
}

function createHttp(settings: Settings): StreamableHTTPClientTransport {
  const { url, api_key } = settings;
  if (api_key !== undefined) {
    return new StreamableHTTPClientTransport(url, { authProvider: { token: async () => api_key } });
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
  const watched: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
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
