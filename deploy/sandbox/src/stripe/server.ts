import { timingSafeEqual } from 'node:crypto';
import express, { type Express, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { createEdge, type EdgeMetrics } from '../edge.js';
import type { Call } from './endpoint.js';
import { STRIPE_ENDPOINTS } from './endpoints.js';
import { invalid, type StripeRefusal } from './errors.js';
import { asRefusal, serve } from './exchange.js';
import { newStripeId } from './ids.js';
import { personPages } from './pages/routes.js';
import type { RequestLog } from './requests.js';
import { API_VERSION } from './version.js';

export interface StripeServerOptions {
  call: Omit<Call, 'account' | 'part'>;
  /** The only key there is. */
  secret_key: string;
  requests: RequestLog;
  metrics: EdgeMetrics;
  log: Logger;
}

/** The stand-in for Stripe's API, version 1: form-encoded in, JSON out. */
export function createStripeServer(options: StripeServerOptions): Express {
  const { metrics, call, requests, log } = options;
  const app = createEdge(metrics);
  app.set('query parser', 'extended');
  app.use((request, response, next) => {
    const request_id = newStripeId('req', 14);
    response.locals.request_id = request_id;
    response.set({
      'request-id': request_id,
      'stripe-version': request.get('stripe-version') ?? API_VERSION,
    });
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'cut';
      metrics.requests.inc({ path: routeOf(request), status });
      if (!request.path.startsWith('/v1/')) return;
      requests.add({
        request_id,
        method: request.method,
        path: request.path,
        idempotency_key: request.get('idempotency-key') ?? null,
        account: request.get('stripe-account') ?? null,
        status,
        replayed: response.get('idempotent-replayed') === 'true',
      });
    });
    if (call.faults.take('down')) request.socket.destroy();
    else next();
  });
  personPages(app, call);
  app.use('/v1', (request, _response, next) => {
    authenticate(request, options.secret_key);
    next();
  });
  app.use(express.urlencoded({ extended: true, limit: '1mb', parameterLimit: 5_000 }));
  for (const endpoint of STRIPE_ENDPOINTS) {
    const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'delete';
    app[method](endpoint.path, (request, response) => serve(endpoint, { call, log }, request, response));
  }
  app.use((request) => {
    throw invalid(`Unrecognized request URL (${request.method}: ${request.path}).`, { status: 404 });
  });
  app.use((error: unknown, _request: Request, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) return next(error);
    refuse(response, asRefusal(error, log));
  });
  return app;
}

/** `Authorization: Bearer sk_test_…`, or basic authentication with the key as the user. */
function authenticate(request: Request, secret_key: string): void {
  const version = request.get('stripe-version');
  if (version !== undefined && version !== API_VERSION) {
    throw invalid(`Invalid Stripe API version: ${version}. The stand-in speaks ${API_VERSION} alone.`);
  }
  const [scheme = '', credentials = ''] = (request.get('authorization') ?? '').split(' ');
  const key =
    scheme.toLowerCase() === 'basic'
      ? (Buffer.from(credentials, 'base64').toString().split(':')[0] ?? '')
      : credentials;
  if (key === '') {
    throw invalid(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      { status: 401 },
    );
  }
  if (!equal(key, secret_key)) {
    throw invalid(`Invalid API Key provided: ${masked(key)}`, { status: 401 });
  }
}

function masked(key: string): string {
  return key.length < 12 ? '****' : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function equal(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function refuse(response: Response, { status, error }: StripeRefusal): void {
  response.status(status).json({ error });
}

/** Known endpoints by path, all else as one: a label must not grow with what strangers ask for. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : 'other';
}
