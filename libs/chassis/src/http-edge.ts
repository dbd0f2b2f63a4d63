import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /**
   * Sends its clients elsewhere, takes no new connections any more, lets running requests end up to `timeout_ms`, then closes
   * them.
   */
  stop(timeout_ms: number): Promise<void>;
}

/** @throws ConfigError that names the port and `variable` when the port is in use */
export async function listen(
  handler: RequestListener,
  options: { host: string; port: number; variable?: string },
): Promise<RunningHttpServer> {
  const connections = new Connections();
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      connections.answering(response);
      handler(request, response);
    },
  );
  server.on('connection', (socket: Socket) => connections.opened(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portFault(error, options.port, options.variable ?? 'HTTP_PORT')));
    server.listen(options.port, options.host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: (timeout_ms) => stop(server, connections, timeout_ms),
  };
}

/** How long a connection may be silent before it is closed: a request that is on its way has come by then. */
const LEAVE_MS = 1_000;
const SWEEP_MS = 50;

/** What is open at a server, and how clients are told to leave. */
class Connections {
  /** With the time since when each has been open. */
  readonly #open = new Map<Socket, number>();
  readonly #answers = new Set<ServerResponse>();
  #leaving = false;

  get size(): number {
    return this.#open.size;
  }

  opened(socket: Socket): void {
    this.#open.set(socket, performance.now());
    socket.once('close', () => this.#open.delete(socket));
  }

  answering(response: ServerResponse): void {
    if (this.#leaving) leave(response);
    this.#answers.add(response);
    response.once('close', () => this.#answers.delete(response));
  }

  /** From now on each answer is the last one on its connection, so that the next request goes elsewhere. */
  sendAway(): void {
    this.#leaving = true;
    for (const response of this.#answers) leave(response);
  }

  /** One on which nothing was ever sent is not idle to node, and would be waited for. */
  closeSilent(): void {
    const now_ms = performance.now();
    for (const [socket, opened_ms] of this.#open) {
      if (socket.bytesRead === 0 && now_ms - opened_ms >= LEAVE_MS) socket.destroy();
    }
  }
}

function leave(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

/**
 * A connection that is closed while a request is on its way to it takes that request with it, and nobody can say whether it
 * took effect. So clients are told to leave by the answers that they get, and only who asks nothing is closed.
 */
async function stop(server: Server, connections: Connections, timeout_ms: number): Promise<void> {
  const deadline_ms = performance.now() + timeout_ms;
  const closing_ms = Math.min(performance.now() + LEAVE_MS, deadline_ms);
  connections.sendAway();
  while (connections.size > 0 && performance.now() < closing_ms) await sleep(SWEEP_MS);
  const closed = new Promise((resolve) => server.close(resolve));
  const sweep = setInterval(() => {
    if (performance.now() >= deadline_ms) return server.closeAllConnections();
    server.closeIdleConnections();
    connections.closeSilent();
  }, SWEEP_MS);
  await closed;
  clearInterval(sweep);
}

/** An error of binding a port, in words that say what to do. */
export function portFault(error: Error, port: number, variable: string): Error {
  if (!/EADDRINUSE|address already in use/i.test(error.message)) return error;
  return new ConfigError(
    `Port ${port} is in use by another program. Stop that, or set ${variable} to a free port.`,
  );
}
