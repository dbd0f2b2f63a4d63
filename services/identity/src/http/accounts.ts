import { type CallRequest, type Door, requestId, sendProblem } from '@florin/chassis';
import { asFault, type Fault, fault } from '@florin/faults';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Exchange } from '../tokens/exchange.js';

interface Parts {
  door: Door;
  exchange: Exchange;
  toFault: (error: unknown) => Fault | undefined;
}

/** What a call through the door is made of, less what comes with the request. */
type Call = Pick<CallRequest, 'kind' | 'name' | 'arguments'>;

/** Plain HTTP for those who sign people in without MCP. The same operations, by the same door. */
export function accountRoutes(app: Express, parts: Parts): void {
  const json = express.json({ limit: '64kb' });
  const open = (status: number, name: string) =>
    serve(parts, async (request, response) => {
      const result = await call(parts, request, { kind: 'tool', name, arguments: request.body }, '');
      response.status(status).type('json').send(result);
    });

  app.use(['/auth', '/users'], noStore);
  app.post('/auth/register', json, open(201, 'register_user'));
  app.post('/auth/login', json, open(200, 'authenticate_user'));
  app.post('/auth/refresh', json, open(200, 'refresh_token'));
  app.post(
    '/auth/logout',
    serve(parts, async (request, response) => {
      const token = await meshToken(parts, request);
      await call(parts, request, { kind: 'tool', name: 'end_session', arguments: {} }, token);
      response.status(204).end();
    }),
  );
  app.get(
    '/users/me',
    serve(parts, async (request, response) => {
      const token = await meshToken(parts, request);
      const uri = 'users://me/profile';
      const result = await call(parts, request, { kind: 'resource', name: uri, arguments: {} }, token);
      const { contents } = JSON.parse(result) as { contents: [{ text: string }] };
      response.type('json').send(contents[0].text);
    }),
  );
}

/** RFC 6749, section 5.1: responses with tokens in them carry "Cache-Control: no-store". */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

function serve(
  { toFault }: Parts,
  handle: (request: Request, response: Response) => Promise<void>,
): RequestHandler {
  return async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      const failure = toFault(error) ?? asFault(error);
      // RFC 9110, section 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header field".
      if (failure.code === 'UNAUTHENTICATED') response.set('www-authenticate', 'Bearer');
      sendProblem(response, failure, requestId(request));
    }
  };
}

function call({ door }: Parts, request: Request, made: Call, mesh_token: string): Promise<string> {
  const traceparent = request.get('traceparent') ?? '';
  const request_id = requestId(request);
  // Nobody is told of progress, and what was begun is finished: the signal never fires.
  const { signal } = new AbortController();
  return door.call({ ...made, mesh_token, request_id, traceparent, signal, progress() {} });
}

async function meshToken({ exchange }: Parts, request: Request): Promise<string> {
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (token === undefined) {
    throw fault('UNAUTHENTICATED', 'Sign in first, and send "Authorization: Bearer <access token>".');
  }
  return (await exchange(token)).mesh_token;
}
