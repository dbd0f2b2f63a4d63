import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';

type Stored<K extends 'saveTokens' | 'saveClientInformation' | 'saveDiscoveryState'> = Parameters<
  NonNullable<OAuthClientProvider[K]>
>[0];

/** An assistant on somebody's machine: it listens where the browser comes back, and opens pages in that browser. */
export interface OAuthApp {
  metadata: OAuthClientMetadata;
  /**
   * Connects to an MCP server of which it knows the address only.
   * @param open shows a page to the person, who comes back from it
   */
  connect(mcp_url: string, open: (url: string) => Promise<void>): Promise<Client>;
  tokens(): Stored<'saveTokens'> | undefined;
  close(): Promise<void>;
}

/** @param client_metadata_url where the client's metadata document lies, for a client that has one */
export async function startOAuthApp(client_name: string, client_metadata_url?: string): Promise<OAuthApp> {
  let arrive: (query: URLSearchParams) => void = () => undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    response.end('You can close this page.');
    if (url.pathname === '/callback') arrive(url.searchParams);
  });
  const redirect_uri = `http://127.0.0.1:${await listen(server)}/callback`;
  const metadata = clientMetadata(client_name, redirect_uri);
  const kept: {
    tokens?: Stored<'saveTokens'>;
    client?: Stored<'saveClientInformation'>;
    verifier?: string;
    discovery?: Stored<'saveDiscoveryState'>;
    page?: string;
  } = {};
  const provider: OAuthClientProvider = {
    redirectUrl: redirect_uri,
    clientMetadata: metadata,
    ...(client_metadata_url !== undefined && { clientMetadataUrl: client_metadata_url }),
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client;
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens;
    },
    redirectToAuthorization: (url) => {
      kept.page = url.href;
    },
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier ?? '',
    saveDiscoveryState: (discovery) => {
      kept.discovery = discovery;
    },
    discoveryState: () => kept.discovery,
  };
  const newClient = () => new Client({ name: client_name, version: '1.0.0' });

  return {
    metadata,
    tokens: () => kept.tokens,
    async connect(mcp_url, open) {
      const first = new StreamableHTTPClientTransport(new URL(mcp_url), { authProvider: provider });
      const refusal = await newClient()
        .connect(first)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      if (!(refusal instanceof UnauthorizedError))
        throw new Error('was not sent to sign in', { cause: refusal });
      const arrived = new Promise<URLSearchParams>((resolve) => {
        arrive = resolve;
      });
      await open(kept.page ?? '');
      await first.finishAuth(await arrived);
      const client = newClient();
      await client.connect(new StreamableHTTPClientTransport(new URL(mcp_url), { authProvider: provider }));
      return client;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function clientMetadata(client_name: string, redirect_uri: string): OAuthClientMetadata {
  return {
    client_name,
    redirect_uris: [redirect_uri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
}

/** A site that publishes clients' metadata documents (draft-ietf-oauth-client-id-metadata-document). */
export interface DocumentSite {
  /** For NODE_EXTRA_CA_CERTS: its certificate is signed by nobody else. */
  certificate_path: string;
  /** @returns the document's address, which is the client's id */
  publish(metadata: OAuthClientMetadata): string;
  close(): Promise<void>;
}

export async function startDocumentSite(): Promise<DocumentSite> {
  const folder = mkdtempSync(join(tmpdir(), 'florin-site-'));
  const [key, certificate_path] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate_path, ...subject], {
    stdio: 'ignore',
  });
  const documents = new Map<string, string>();
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate_path) });
  server.on('request', (request, response) => {
    const document = documents.get(request.url ?? '');
    response.statusCode = document === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json').end(document);
  });
  const origin = `https://127.0.0.1:${await listen(server)}`;
  return {
    certificate_path,
    publish(metadata) {
      const path = `/clients/${documents.size}.json`;
      documents.set(path, JSON.stringify({ ...metadata, client_id: `${origin}${path}` }));
      return `${origin}${path}`;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function listen(server: Pick<Server, 'listen' | 'address'>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
