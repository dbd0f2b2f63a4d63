import { timingSafeEqual } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import express, { type Express, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import { createEdge, type EdgeMetrics } from '../edge.js';
import type { Faults } from '../faults.js';
import { badInput } from './bad-input.js';
import { newRequestId } from './bank/ids.js';
import type { Call, Endpoint } from './endpoint.js';
import { accountsBalanceGet, accountsGet } from './endpoints/accounts.js';
import { institutionsGet, institutionsGetById } from './endpoints/institutions.js';
import { itemGet, itemRemove, itemWebhookUpdate } from './endpoints/item.js';
import { linkTokenCreate, linkTokenGet } from './endpoints/link-token.js';
import { processorStripeBankAccountTokenCreate } from './endpoints/processor-token.js';
import { itemPublicTokenExchange, sandboxPublicTokenCreate } from './endpoints/public-token.js';
import { sandboxItemFireWebhook, sandboxItemResetLogin } from './endpoints/sandbox-item.js';
import { transactionsRefresh, transactionsSync } from './endpoints/transactions.js';
import { webhookVerificationKeyGet } from './endpoints/webhook-verification-key.js';
import { PlaidError, rateLimitOf } from './errors.js';
import { linkRoutes } from './link/routes.js';

export const ENDPOINTS: readonly Endpoint[] = [
  linkTokenCreate,
  linkTokenGet,
  institutionsGet,
  institutionsGetById,
  sandboxPublicTokenCreate,
  itemPublicTokenExchange,
  accountsGet,
  accountsBalanceGet,
  transactionsSync,
  transactionsRefresh,
  itemGet,
  itemRemove,
  itemWebhookUpdate,
  webhookVerificationKeyGet,
  processorStripeBankAccountTokenCreate,
  sandboxItemFireWebhook,
  sandboxItemResetLogin,
];

export interface Credentials {
  client_id: string;
  secret: string;
}

export interface PlaidServerOptions {
  call: Omit<Call, 'client_id'>;
  /** The only client there is; where absent, any client id and secret are taken, and Items belong to the client id. */
  credentials: Credentials | undefined;
  metrics: EdgeMetrics;
  log: Logger;
}

const VERSION = '2020-09-14';

/** The stand-in for Plaid's API. */
export function createPlaidServer(options: PlaidServerOptions): Express {
  const { metrics, call } = options;
  const app = createEdge(metrics);
  app.use((request, response, next) => {
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'cut';
      metrics.requests.inc({ path: routeOf(request), status });
    });
    if (call.faults.take('down')) request.socket.destroy();
    else next();
  });
  linkRoutes(app, call.world);
  app.use(express.json({ limit: '100kb', type: () => true }));
  for (const endpoint of ENDPOINTS) {
    app.post(endpoint.path, (request, response) => serve(endpoint, options, request, response));
  }
  app.use(() => {
    throw new PlaidError('NOT_FOUND');
  });
  app.use((error: unknown, _request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) return next(error);
    refuse(response, asPlaidError(error, options.log));
  });
  return app;
}

/** Faults that come before the work, the work, faults that come after it: in that order. */
async function serve(
  endpoint: Endpoint,
  { call, credentials, log }: PlaidServerOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { faults, world } = call;
  const { path } = endpoint;
  const latency_ms = faults.take('latency', path)?.latency_ms;
  if (latency_ms !== undefined) await setTimeout(latency_ms, undefined, { ref: false });
  if (faults.take('drop_connection', path, (fault) => !fault.after_applying)) {
    request.socket.destroy();
    return;
  }
  failEarly(faults, path, world.nowMs());
  const { client_id, input } = authenticate(request, credentials);
  let answer: object;
  try {
    answer = endpoint.run(input, { ...call, client_id });
  } finally {
    world.save();
  }
  if (faults.take('drop_connection', path, (fault) => fault.after_applying)) {
    request.socket.destroy();
    return;
  }
  if (faults.take('500_after_applying', path)) throw new PlaidError('INTERNAL_SERVER_ERROR');
  log.debug({ path, client_id }, 'answered');
  response.json({ ...answer, request_id: newRequestId() });
}

function failEarly(faults: Faults, path: string, now_ms: number): void {
  const status = faults.take('status', path)?.status;
  if (status === 500) throw new PlaidError('INTERNAL_SERVER_ERROR');
  if (status === 429 || faults.exceedsRate(path, now_ms)) throw new PlaidError(rateLimitOf(path));
  const error_code = faults.take('error', path)?.error_code;
  if (error_code !== undefined) throw new PlaidError(error_code);
}

/** Takes the client id and secret from headers or body, as Plaid does; what is left of the body is the input. */
function authenticate(request: Request, credentials: Credentials | undefined) {
  const version = request.get('plaid-version');
  if (version !== undefined && version !== VERSION) {
    throw new PlaidError('INVALID_HEADERS', `Plaid-Version must be ${VERSION}: the stand-in speaks no other`);
  }
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new PlaidError('INVALID_BODY');
  const { client_id: id_in_body, secret: secret_in_body, ...input } = body as Record<string, unknown>;
  const given = {
    client_id: request.get('plaid-client-id') ?? id_in_body,
    secret: request.get('plaid-secret') ?? secret_in_body,
  };
  const missing = Object.entries(given).filter(([, value]) => value === undefined || value === '');
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    throw new PlaidError('MISSING_FIELDS', `the following required fields are missing: ${names}`);
  }
  const { client_id, secret } = given;
  if (typeof client_id !== 'string' || typeof secret !== 'string') throw new PlaidError('INVALID_API_KEYS');
  if (credentials && !(equal(client_id, credentials.client_id) && equal(secret, credentials.secret))) {
    throw new PlaidError('INVALID_API_KEYS');
  }
  return { client_id, input };
}

function equal(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function asPlaidError(error: unknown, log: Logger): PlaidError {
  if (error instanceof PlaidError) return error;
  if (error instanceof ZodError) return badInput(error);
  // What Express' body parser throws carries the status it stands for.
  if (error instanceof Error && 'status' in error) return new PlaidError('INVALID_BODY');
  log.error({ err: error }, 'the stand-in failed');
  return new PlaidError('INTERNAL_SERVER_ERROR');
}

function refuse(response: Response, error: PlaidError): void {
  response.status(error.status).json(error.toAnswer(newRequestId()));
}

/** Known endpoints by path, all else as one: a label must not grow with what strangers ask for. */
function routeOf({ path }: Request): string {
  if (path.startsWith('/link') && !path.startsWith('/link/token/')) return '/link';
  return ENDPOINTS.some((endpoint) => endpoint.path === path) ? path : 'other';
}
