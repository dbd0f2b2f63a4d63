import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Response } from 'express';
import helmet from 'helmet';
import { Counter, Registry } from 'prom-client';
import { STYLESHEET } from './page.js';

/** What every port of the sandbox counts. */
export interface EdgeMetrics {
  registry: Registry;
  requests: Counter<'path' | 'status'>;
  webhooks: Counter<'state'>;
}

export function createMetrics(port_name: string): EdgeMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ port: port_name });
  return {
    registry,
    requests: new Counter({
      name: 'florin_sandbox_requests_total',
      help: 'Requests answered by a stand-in, by endpoint and status; "cut" where the connection was dropped.',
      labelNames: ['path', 'status'] as const,
      registers: [registry],
    }),
    webhooks: new Counter({
      name: 'florin_sandbox_webhooks_total',
      help: 'Webhooks by how their delivery ended.',
      labelNames: ['state'] as const,
      registers: [registry],
    }),
  };
}

/** An Express app with security headers, `/healthz`, `/readyz`, `/metrics` and the stylesheet of its pages. */
export function createEdge({ registry }: EdgeMetrics): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet({ contentSecurityPolicy: pagePolicy(), crossOriginEmbedderPolicy: false, hsts: false }));
  // All state is in memory and read before the port opens: what listens is ready.
  app.get(['/healthz', '/readyz'], (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/style.css', (_request, response) => {
    response.type('text/css').send(STYLESHEET);
  });
  return app;
}

/** No script, nothing from elsewhere. A form whose answer redirects to another origin must name it here too. */
export function pagePolicy(...form_targets: readonly string[]) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      formAction: ["'self'", ...form_targets],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  };
}

/**
 * Sends a page whose form may lead anywhere. After a sign-in, redirects lead through the client and on to whoever sent
 * the person there, and `form-action` covers each of them.
 */
export function sendSignInPage(response: Response, content: string): void {
  const { formAction: _anywhere, ...directives } = pagePolicy().directives;
  const policy = helmet.contentSecurityPolicy({ useDefaults: false, directives });
  policy(response.req, response, () => {
    response.set('cache-control', 'no-store').type('html').send(content);
  });
}

export interface Listening {
  /** The port, where 0 had asked for any. */
  port: number;
  /** Takes no new connections, lets running requests end up to `timeout_ms`, then cuts them. */
  stop(timeout_ms: number): Promise<void>;
}

export interface OpenPort extends Listening {
  /** To be called at once: what the port serves may need to know the port, and is made only now. */
  serve(app: Express): void;
}

/** Opens a port. Rejects where it is taken, and says which variable chooses another. */
export async function listen(options: { host: string; port: number; variable: string }): Promise<OpenPort> {
  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    // Longer than any client is busy: with Node's five seconds, one that is meets a connection just closed.
    keepAliveTimeout: 65_000,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portInUse(error, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    serve: (app) => server.on('request', app),
    stop: (timeout_ms) => stop(server, timeout_ms),
  };
}

/** Says which variable chooses another port, where that is what is wrong; any other error as it is. */
export function portInUse(error: Error, { port, variable }: { port: number; variable: string }): Error {
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new Error(
    `Port ${port} is in use by another program. Stop that, or set ${variable} to a free port.`,
  );
}

function stop(server: Server, timeout_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeout_ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
