import type { IncomingMessage, ServerResponse } from 'node:http';
import { fault } from '@florin/faults';
import { INVALID_REQUEST, isJsonContentType } from '@modelcontextprotocol/server';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';
import type { Refusal } from './rpc-error.js';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

interface GuardOptions {
  public_url: string;
  /** Web origins whose pages may call, besides the gateway's own. */
  allowed_origins: readonly string[];
}

export interface HttpGuard {
  /** Sets what every answer carries, so that a page may read even a refusal. */
  setHeaders(request: IncomingMessage, response: ServerResponse): void;
  /** What is wrong with where the request comes from and goes to. */
  checkSource(request: IncomingMessage): Refusal | undefined;
  /**
   * What is wrong with the request, as far as its head tells.
   *
   * @param methods that are served, besides OPTIONS
   */
  check(request: IncomingMessage, methods: readonly string[]): Refusal | undefined;
}

/** Checks of the head of a request to `/mcp`. */
export function createHttpGuard({ public_url, allowed_origins }: GuardOptions): HttpGuard {
  const hosts = new Set([...loopback, new URL(public_url).hostname]);
  const origins = new Set([public_url, ...allowed_origins]);

  return {
    setHeaders({ headers: { origin } }, response) {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('vary', 'Origin');
      if (origin === undefined || !origins.has(origin)) return;
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader(
        'access-control-expose-headers',
        'WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, X-Request-Id, RateLimit, RateLimit-Policy, Retry-After',
      );
    },
    checkSource({ headers: { host, origin } }) {
      // MCP, transports, security warning: "Servers MUST validate the Origin header on all incoming connections to prevent
      // DNS rebinding attacks". A rebound name shows in Host as well, also where the browser sends no Origin.
      if (!hosts.has(hostname(host))) return forbidden('The Host header names another server than this one.');
      if (origin !== undefined && !origins.has(origin)) {
        return forbidden('Pages of this origin may not call here: add it to ALLOWED_ORIGINS.');
      }
      return undefined;
    },
    check(request, methods) {
      const wrongSource = this.checkSource(request);
      if (wrongSource !== undefined) return wrongSource;
      if (request.method === 'OPTIONS') return undefined;
      return checkMethod(request, methods) ?? (request.method === 'POST' ? checkBody(request) : undefined);
    },
  };
}

/** Answers a browser that asks whether its page may send the request it has in mind. */
export function sendPreflight(response: ServerResponse, methods: readonly string[]): void {
  response.writeHead(204, {
    'access-control-allow-methods': methods.join(', '),
    // The wildcard leaves out Authorization alone (Fetch standard, CORS-non-wildcard request-header name).
    'access-control-allow-headers': 'Authorization, *',
    'access-control-max-age': '600',
  });
  response.end();
}

function checkMethod({ method = '' }: IncomingMessage, methods: readonly string[]): Refusal | undefined {
  if (methods.includes(method)) return undefined;
  const text = `This is served by ${methods.join(', ')} alone. Send JSON-RPC by POST.`;
  const refused = { status: 405, code: INVALID_REQUEST, fault: fault('METHOD_NOT_ALLOWED', text) };
  return { ...refused, headers: { allow: [...methods, 'OPTIONS'].join(', ') } };
}

function checkBody({ headers }: IncomingMessage): Refusal | undefined {
  const encoding = headers['content-encoding'];
  if (!isJsonContentType(headers['content-type']) || (encoding !== undefined && encoding !== 'identity')) {
    const text = 'Send the body as application/json, in UTF-8 and without content-encoding.';
    return { status: 415, code: INVALID_REQUEST, fault: fault('INVALID_ARGUMENT', text) };
  }
  return Number(headers['content-length']) > MAX_REQUEST_BYTES ? tooLarge() : undefined;
}

export function tooLarge(): Refusal {
  const text = 'The request is larger than 1 MiB.';
  return {
    status: 413,
    code: INVALID_REQUEST,
    fault: fault('PAYLOAD_TOO_LARGE', text),
    // What is left of the body is not read.
    headers: { connection: 'close' },
  };
}

function forbidden(text: string): Refusal {
  return { status: 403, code: INVALID_REQUEST, fault: fault('PERMISSION_DENIED', text) };
}

function hostname(host: string | undefined): string {
  try {
    return new URL(`http://${host ?? ''}`).hostname;
  } catch {
    return '';
  }
}
