import type { Clock, RpcService, RpcSupport } from '@florin/chassis';
import { type Db, databaseFault, type KeyRing } from '@florin/postgres';
import type { Express } from 'express';
import type { BrowserSessions } from '../browser/browser-session.js';
import { approvalsRpc } from '../rpc/approvals.js';
import { requireFreshFactor } from '../sign-in/recent-sign-in.js';
import { type Approvals, createApprovals } from './approvals.js';
import { approvalRoutes } from './routes.js';
import { createApprovalSummaries } from './summary.js';

/** Approvals for the operations here, for other services by RPC, and the page on which they are granted. */
export function composeApprovals(parts: {
  db: Db;
  ring: KeyRing;
  browserSessions: BrowserSessions;
  issuer: string;
  now: Clock;
}): {
  approvals: Approvals;
  rpc(support: RpcSupport): RpcService;
  routes(app: Express): void;
} {
  const { db, now } = parts;
  const summaries = createApprovalSummaries(parts.ring);
  const approvals = createApprovals({ db, summaries, issuer: parts.issuer });
  return {
    approvals,
    rpc: (support) => approvalsRpc({ approvals, now }, support),
    routes: (app) =>
      approvalRoutes(app, {
        ...parts,
        summaries,
        requireFreshFactor: requireFreshFactor({ db, now }),
        toFault: databaseFault,
      }),
  };
}
