import { type CallRequest, type Door, requestId } from '@florin/chassis';
import { Fault, fault } from '@florin/faults';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Exchange } from '../tokens/exchange.js';

interface Parts {
  door: Door;
  exchange: Exchange;
}

/** Plain HTTP for those who sign people in without MCP: the same operations, by the same door. */
export function accountRoutes(app: Express, parts: Parts): void {
  const json = express.json({ limit: '64kb' });
  const open =
    (status: number, name: string): RequestHandler =>
    async (request, response) => {
      const result = await call(parts, request, { kind: 'tool', name, arguments: request.body });
      response.status(status).type('json').send(result);
    };

  app.use(['/auth', '/users'], noStore);
  app.post('/auth/register', json, open(201, 'register_user'));
  app.post('/auth/login', json, open(200, 'authenticate_user'));
  app.post('/auth/refresh', json, open(200, 'refresh_token'));
  app.post('/auth/logout', async (request, response) => {
    const mesh_token = await meshTokenOf(parts, request);
    await call(parts, request, { kind: 'tool', name: 'end_session', arguments: {}, mesh_token });
    response.status(204).end();
  });
  app.get('/users/me', async (request, response) => {
    const mesh_token = await meshTokenOf(parts, request);
    const name = 'users://me/profile';
    const result = await call(parts, request, { kind: 'resource', name, arguments: {}, mesh_token });
    const { contents } = JSON.parse(result) as { contents: [{ text: string }] };
    response.type('json').send(contents[0].text);
  });
  app.use(['/auth', '/users'], challenge);
}

/** RFC 6749, section 5.1: the server "MUST include the HTTP 'Cache-Control' response header field with a value of 'no-store'". */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

/** RFC 9110, section 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header field". */
const challenge: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof Fault && error.code === 'UNAUTHENTICATED') response.set('www-authenticate', 'Bearer');
  next(error);
};

type Call = Pick<CallRequest, 'kind' | 'name' | 'arguments'> & { mesh_token?: string };

function call({ door }: Parts, request: Request, made: Call): Promise<string> {
  return door.call({
    mesh_token: '',
    ...made,
    request_id: requestId(request),
    traceparent: request.get('traceparent') ?? '',
    // What was begun is finished, also when nobody waits any more; and nobody is told of progress.
    signal: new AbortController().signal,
    progress() {},
  });
}

async function meshTokenOf({ exchange }: Parts, request: Request): Promise<string> {
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (token === undefined) {
    throw fault('UNAUTHENTICATED', 'Sign in first, and send "Authorization: Bearer <access token>".');
  }
  return (await exchange(token)).mesh_token;
}
