import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { asFault, type Fault, fault, PROBLEM_CONTENT_TYPE, toProblem } from '@florin/faults';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Registry } from 'prom-client';
import { ConfigError } from './config.js';
import type { Logger } from './logger.js';

/** Resolves when what it checks works, rejects with the reason when not. */
export type ReadinessCheck = () => Promise<void>;

export interface EdgeOptions {
  logger: Logger;
  registry: Registry;
  /** By name, e.g. postgres. All must hold for `/readyz` to say 200. */
  checks: Record<string, ReadinessCheck>;
  /** The process' own routes. */
  routes?: (app: Express) => void;
  toFault?: (error: unknown) => Fault | undefined;
}

const CHECK_TIMEOUT_MS = 2_000;

/** A strict policy for the pages that Florin renders itself: no script, and nothing from elsewhere. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * The Express app at every HTTP port: security headers, `/healthz` (the process runs), `/readyz` (it can do its work),
 * `/metrics`, the process' own routes, and errors as problem details.
 */
export function createEdge({ logger, registry, checks, routes, toFault }: EdgeOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet({ contentSecurityPolicy, crossOriginEmbedderPolicy: false }));
  app.use((request, _response, next) => {
    // Kept on the request: whoever asks for its id again, a log or an error's answer, must get the same one.
    request.headers['x-request-id'] = requestId(request);
    next();
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const failed = await failedChecks(checks);
    response
      .status(failed.length === 0 ? 200 : 503)
      .json({ status: failed.length === 0 ? 'ready' : 'not ready', failed });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  routes?.(app);
  app.use((request, response) => {
    const missing = fault('NOT_FOUND', `There is nothing at ${request.method} ${request.path}.`);
    sendProblem(response, missing, requestId(request));
  });
  app.use(problemHandler(logger, toFault));
  return app;
}

/** The caller's `x-request-id` where it is a sane one, so that one id follows a request through the whole mesh. */
export function requestId(request: Pick<Request, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : `req_${randomUUID()}`;
}

export function sendProblem(response: Response, failure: Fault, request_id: string): void {
  const problem = toProblem(failure, request_id);
  response.status(problem.status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
}

function problemHandler(logger: Logger, toFault: EdgeOptions['toFault']): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const failure = toFault?.(error) ?? bodyFault(error) ?? asFault(error);
    const request_id = requestId(request);
    if (failure.code === 'INTERNAL') logger.error({ err: failure, request_id }, 'request failed');
    sendProblem(response, failure, request_id);
  };
}

/** What Express' body parsers throw, in our words. */
function bodyFault(error: unknown): Fault | undefined {
  const type = (error as { type?: unknown }).type;
  if (type === 'entity.too.large')
    return fault('PAYLOAD_TOO_LARGE', 'The body is too large.', { cause: error });
  if (typeof type !== 'string') return undefined;
  return fault('INVALID_ARGUMENT', 'The body cannot be read: send valid JSON in UTF-8.', { cause: error });
}

async function failedChecks(checks: Record<string, ReadinessCheck>): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ((await holds(check)) ? [] : [name])),
  );
  return results.flat();
}

async function holds(check: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  const result = check().then(
    () => true,
    () => false,
  );
  return Promise.race([result, timeout]).finally(() => clearTimeout(timer));
}

export interface RunningHttpServer {
  server: Server;
  /** The port, where 0 had asked for any. */
  port: number;
  /** Takes no new connections, lets running requests end up to `timeout_ms`, then closes them. */
  stop(timeout_ms: number): Promise<void>;
}

/** @throws ConfigError that names the port and `variable` when the port is in use */
export async function listen(
  handler: RequestListener,
  options: { host: string; port: number; variable?: string },
): Promise<RunningHttpServer> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    handler,
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portFault(error, options.port, options.variable ?? 'HTTP_PORT')));
    server.listen(options.port, options.host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: (timeout_ms) => stop(server, sockets, timeout_ms),
  };
}

const SWEEP_MS = 100;

function stop(server: Server, sockets: ReadonlySet<Socket>, timeout_ms: number): Promise<void> {
  const closeIdle = () => {
    server.closeIdleConnections();
    // One on which nothing was ever sent is not idle to node, and would be waited for.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), timeout_ms);
    // A connection whose request has just ended is kept for the next one, which must go elsewhere.
    const sweep = setInterval(closeIdle, SWEEP_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
    closeIdle();
  });
}

/** An error of binding a port, in words that say what to do. */
export function portFault(error: Error, port: number, variable: string): Error {
  if (!/EADDRINUSE|address already in use/i.test(error.message)) return error;
  return new ConfigError(
    `Port ${port} is in use by another program. Stop that, or set ${variable} to a free port.`,
  );
}
