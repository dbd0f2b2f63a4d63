import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GuardedServer {
  /** Of the MCP endpoint. */
  url: string;
  /** The queries of all that asked for permission, in order. */
  asked: URLSearchParams[];
  registered: Record<string, unknown>[];
  /** How often a refresh token was used. */
  refreshed: number;
  /** Where people are sent to sign in, in place of the server's own page. */
  page: string | undefined;
  /** Access tokens are not good any more. */
  expire(): void;
  stop(): Promise<void>;
}

interface Code {
  challenge: string;
  redirect_uri: string;
  scope: string;
}

/** An authorization server that allows whatever it is asked, and an MCP endpoint whose tools need the scope `pay`. */
export async function startGuardedServer(): Promise<GuardedServer> {
  const asked: URLSearchParams[] = [];
  const registered: Record<string, unknown>[] = [];
  const codes = new Map<string, Code>();
  const tokens = new Map<string, string>();
  let refreshed = 0;
  let origin = '';

  const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  const issue = (scope: string) => {
    const access_token = randomUUID();
    tokens.set(access_token, scope);
    return { access_token, token_type: 'Bearer', expires_in: 900, refresh_token: `refresh ${scope}`, scope };
  };

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse, body: string) => void> = {
    '/.well-known/oauth-protected-resource/mcp': (_request, response) =>
      json(response, 200, {
        resource: `${origin}/mcp`,
        authorization_servers: [origin],
        scopes_supported: ['read'],
      }),
    '/.well-known/oauth-authorization-server': (_request, response) =>
      json(response, 200, {
        issuer: origin,
        authorization_endpoint: guarded.page ?? `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: true,
      }),
    '/register': (_request, response, body) => {
      const metadata = JSON.parse(body);
      registered.push(metadata);
      json(response, 201, { ...metadata, client_id: `client-${registered.length}` });
    },
    '/authorize': ({ url }, response) => {
      const query = new URL(url ?? '', origin).searchParams;
      asked.push(query);
      const redirect_uri = query.get('redirect_uri') ?? '';
      const code = randomUUID();
      const challenge = query.get('code_challenge') ?? '';
      codes.set(code, { challenge, redirect_uri, scope: query.get('scope') ?? '' });
      const back = new URL(redirect_uri);
      back.search = String(new URLSearchParams({ code, state: query.get('state') ?? '', iss: origin }));
      response.writeHead(302, { location: back.href }).end();
    },
    '/token': (_request, response, body) => {
      const form = new URLSearchParams(body);
      const refresh = form.get('refresh_token');
      if (refresh !== null) {
        refreshed += 1;
        return json(response, 200, issue(refresh.replace('refresh ', '')));
      }
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (code?.challenge !== challenge || code.redirect_uri !== form.get('redirect_uri')) {
        return json(response, 400, { error: 'invalid_grant' });
      }
      json(response, 200, issue(code.scope));
    },
    '/mcp': ({ headers, method }, response, body) => {
      const metadata = `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
      const scope = tokens.get(headers.authorization?.replace('Bearer ', '') ?? '');
      if (scope === undefined) return json(response, 401, {}, { 'www-authenticate': `Bearer ${metadata}` });
      if (method !== 'POST') return json(response, 405, {});
      const message = JSON.parse(body);
      if (message.method === 'tools/call' && !scope.split(' ').includes('pay')) {
        const challenge = `Bearer error="insufficient_scope", scope="pay", ${metadata}`;
        return json(response, 403, {}, { 'www-authenticate': challenge });
      }
      if (message.id === undefined) return void response.writeHead(202).end();
      json(response, 200, { jsonrpc: '2.0', id: message.id, result: answerTo(message) });
    },
  };

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const route = routes[new URL(request.url ?? '/', origin).pathname];
      if (route === undefined) response.writeHead(404).end();
      else route(request, response, body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const guarded: GuardedServer = {
    url: `${origin}/mcp`,
    page: undefined,
    asked,
    registered,
    get refreshed() {
      return refreshed;
    },
    expire: () => tokens.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return guarded;
}

function answerTo({ method, params }: { method: string; params: { protocolVersion?: string } }): unknown {
  if (method !== 'initialize') return { content: [{ type: 'text', text: 'done' }] };
  const serverInfo = { name: 'guarded', version: '1' };
  return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo };
}
