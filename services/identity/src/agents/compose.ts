import type { Clock, RpcService, RpcSupport } from '@florin/chassis';
import { type Db, databaseFault } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { limitsRpc } from '../rpc/limits.js';
import { agentRoutes } from './routes.js';

/** What acts for a person and how much it may spend: for services by RPC, for the person at a page. */
export function composeAgents(parts: {
  db: Db;
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
}): { rpc(support: RpcSupport): RpcService; routes(app: Express): void } {
  return {
    rpc: (support) => limitsRpc(parts, support),
    routes: (app) => agentRoutes(app, { ...parts, toFault: databaseFault }),
  };
}
