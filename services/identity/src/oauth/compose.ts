import { hkdfSync } from 'node:crypto';
import type { Clock, Logger } from '@florin/chassis';
import { createFieldCipher, type Db, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import { errors, Provider } from 'oidc-provider';
import type { BrowserSessions } from '../browser/browser-session.js';
import { revokeSession } from '../store/sessions.js';
import type { SigningKeys } from '../tokens/signing-keys.js';
import { limitsInWords } from './agent-limits.js';
import { clientFlaw } from './client-rules.js';
import { consentRoutes } from './consent.js';
import type { MachineClient } from './machine-clients.js';
import { createProvider, type ProviderOptions } from './provider.js';
import { createOAuthRecords } from './records.js';
import { oauthRoutes } from './routes.js';

const PRUNE_INTERVAL_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** How long a client that nobody has given access is known. */
const UNUSED_CLIENT_MS = 7 * DAY_MS;

export interface AuthorizationServer {
  routes(app: Express): void;
  stop(): void;
}

interface Parts {
  db: Db;
  ring: KeyRing;
  keys: SigningKeys;
  browserSessions: BrowserSessions;
  issuer: string;
  gateway_resource: string;
  access_token_lifetime_s: number;
  session_lifetime_s: number;
  machine_clients: readonly MachineClient[];
  now: Clock;
  logger: Logger;
}

export function createAuthorizationServer(parts: Parts): AuthorizationServer {
  const { db, ring, keys, issuer, now, logger } = parts;
  const records = createOAuthRecords({
    db,
    cipher: createFieldCipher(ring),
    now,
    async onGrantDestroyed(tx, { user_id, grant_id }) {
      // The client gives it back at the revocation endpoint; wherever else, a credential was used twice.
      const reason = Provider.ctx?.oidc.route === 'revocation' ? 'logged_out' : 'refresh_token_reused';
      await revokeSession(tx, user_id, grant_id, reason, { now: now() });
    },
    admitClient(metadata) {
      const flaw = clientFlaw(metadata);
      if (flaw?.about === 'redirect_uri') throw new errors.InvalidRedirectUri();
      if (flaw !== undefined) throw new errors.InvalidClientMetadata(flaw.text);
      return new Date(now().getTime() + UNUSED_CLIENT_MS);
    },
  });
  const options: ProviderOptions = { ...parts, records, cookie_keys: cookieKeys(ring) };
  const provider = followKeys(keys, (private_jwks) => createProvider(private_jwks, options));
  const timer = setInterval(() => {
    records
      .prune()
      .catch((error) => logger.warn({ err: error }, 'expired OAuth records are not deleted now'));
  }, PRUNE_INTERVAL_MS);
  timer.unref();
  return {
    routes(app) {
      consentRoutes(app, {
        ...parts,
        provider,
        limitsOf: (user_id, client_id) => limitsInWords(db, user_id, client_id),
        // As long as anything that was granted to it can live, and some time for coming back.
        keepClient: (client_id, at) =>
          records.keepClient(
            client_id,
            new Date(at.getTime() + parts.session_lifetime_s * 1_000 + UNUSED_CLIENT_MS),
          ),
      });
      oauthRoutes(app, { provider, issuer, now });
    },
    stop: () => clearInterval(timer),
  };
}

/** The library takes its keys once: when they have changed there is another one, over the same records. */
function followKeys(
  keys: SigningKeys,
  create: (private_jwks: SigningKeys['private_jwks']) => Provider,
): () => Provider {
  let made = { of: keys.private_jwks, provider: create(keys.private_jwks) };
  return () => {
    const { private_jwks } = keys;
    if (made.of !== private_jwks) made = { of: private_jwks, provider: create(private_jwks) };
    return made.provider;
  };
}

function cookieKeys(ring: KeyRing): string[] {
  return ring.keys.map(({ secret }) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'florin oauth cookies', 32)).toString('base64url'),
  );
}
