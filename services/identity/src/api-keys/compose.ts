import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { prepareFindShownKey } from '../store/api-keys.js';
import type { MeshTokens } from '../tokens/mesh-token.js';
import { keyEnvironments } from './api-key.js';
import { createApiKeyExchange } from './exchange-api-key.js';
import { createKeyUse } from './key-use.js';
import { keyRoutes } from './keys-routes.js';

/** API keys: made for the world that the mesh runs in, and exchanged for mesh tokens. */
export function composeApiKeys(parts: {
  db: Db;
  meshTokens: MeshTokens;
  mode: keyof typeof keyEnvironments;
  browserSessions: BrowserSessions;
  /** identity's public URL. */
  issuer: string;
  now: Clock;
  logger: Logger;
}) {
  const { db, meshTokens, mode, now, logger } = parts;
  const environment = keyEnvironments[mode];
  const keyUse = createKeyUse({ db, now, logger });
  const exchange = createApiKeyExchange({
    environment,
    meshTokens,
    findShownKey: prepareFindShownKey(db),
    keyUse,
    now,
  });
  return {
    environment,
    exchange,
    routes: (app: Express) => keyRoutes(app, { ...parts, environment }),
    stop: () => keyUse.stop(),
  };
}
