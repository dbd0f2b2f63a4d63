import { setTimeout } from 'node:timers/promises';
import type { Express, NextFunction, Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { createEdge, type EdgeMetrics } from '../edge.js';
import type { Faults } from '../faults.js';
import type { IdpKeys } from './keys.js';
import { createOidcProvider } from './oidc/provider.js';
import { oidcRoutes } from './oidc/routes.js';
import type { OidcClient } from './options.js';
import { refusalPage } from './pages.js';
import type { SamlIdentityProvider } from './saml/identity-provider.js';
import { samlRoutes } from './saml/routes.js';

export const IDP_ENDPOINTS = [
  '/oidc/.well-known/openid-configuration',
  '/oidc/jwks',
  '/oidc/authorize',
  '/oidc/token',
  '/oidc/userinfo',
  '/saml/metadata',
  '/saml/sso',
  '/saml/sign-in',
] as const;

export interface IdpServerOptions {
  /** `http://127.0.0.1:8094/oidc` */
  issuer: string;
  oidc_clients: readonly OidcClient[];
  saml: SamlIdentityProvider;
  keys: IdpKeys;
  faults: Faults;
  metrics: EdgeMetrics;
  log: Logger;
}

/** The stand-ins for a company's identity providers: OpenID Connect below /oidc, SAML below /saml. */
export function createIdpServer(options: IdpServerOptions): Express {
  const { issuer, oidc_clients: clients, saml, keys, faults, metrics, log } = options;
  const app = createEdge(metrics);
  app.use((request, response, next) => {
    const { path } = request;
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'cut';
      metrics.requests.inc({ path: routeOf(path), status });
    });
    next();
  });
  app.use((request, response, next) => misbehave(faults, request, response, next));
  let provider: Promise<Provider> | undefined;
  oidcRoutes(app, () => {
    provider ??= keys.state().then((state) => createOidcProvider({ issuer, clients, keys: state, faults }));
    return provider;
  });
  samlRoutes(app, saml, faults);
  app.use((_request, response) => {
    response.status(404).type('html').send(refusalPage('There is no such page.'));
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (error instanceof Error && 'status' in error && error.status === 400) {
      return response.status(400).type('html').send(refusalPage('The form cannot be read. Begin again.'));
    }
    log.error({ err: error }, 'the stand-in failed');
    response.status(500).type('html').send(refusalPage('The stand-in failed; its log says why.'));
  });
  return app;
}

/** Faults that come before the work; and the connection that is cut when it is done. */
async function misbehave(
  faults: Faults,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  const { path, socket } = request;
  const latency_ms = faults.take('latency', path)?.latency_ms;
  if (latency_ms !== undefined) await setTimeout(latency_ms, undefined, { ref: false });
  if (faults.take('down') || faults.take('drop_connection', path, (fault) => !fault.after_applying)) {
    socket.destroy();
    return;
  }
  const status = faults.take('status', path)?.status;
  if (status !== undefined) {
    response.status(status).json({ error: status === 429 ? 'slow_down' : 'server_error' });
    return;
  }
  if (faults.take('drop_connection', path, (fault) => fault.after_applying)) {
    response.end = () => {
      socket.destroy();
      return response;
    };
  }
  next();
}

/** Known endpoints by path, all else as one: a label must not grow with what strangers ask for. */
function routeOf(path: string): string {
  if (path.startsWith('/oidc/interaction/')) return '/oidc/interaction';
  return IDP_ENDPOINTS.find((endpoint) => endpoint === path) ?? 'other';
}
