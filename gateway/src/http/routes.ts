import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { protectedResourceMetadata, RESOURCE_METADATA_PATHS } from '../auth/challenge.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { MeshStatus } from '../mesh-status.js';
import { openApiDocument } from '../openapi/document.js';
import { prebuild } from '../openapi/prebuilt.js';
import { landingPage } from './landing-page.js';
import { STYLESHEET_PATH, stylesheet } from './stylesheet.js';

interface RouteOptions {
  public_url: string;
  issuer: string;
  version: string;
  status: () => MeshStatus;
  catalogue: () => MergedCatalogue;
  rest: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What the gateway serves besides `/mcp`. */
export function addRoutes(app: Express, options: RouteOptions): void {
  const { public_url, issuer, status, catalogue, rest } = options;
  const metadata = protectedResourceMetadata(public_url, issuer);
  app.get(RESOURCE_METADATA_PATHS, (_request, response) => {
    // Clients in browsers find their way to the authorization server by it; there is nothing in it to protect.
    response.set({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });
    response.json(metadata);
  });
  app.use('/v1', rest);
  const openApi = prebuild(
    (merged: MergedCatalogue) => openApiDocument(merged, options),
    (document) => JSON.stringify(document),
  );
  app.get('/openapi.json', (_request, response) => {
    const { text, etag } = openApi(catalogue());
    response.set({ 'access-control-allow-origin': '*', 'cache-control': 'no-cache', etag });
    response.type('json').send(text);
  });
  app.get(STYLESHEET_PATH, (_request, response) => {
    response.set('cache-control', 'public, max-age=31536000, immutable').type('css').send(stylesheet);
  });
  app.get('/', (_request, response) => {
    const page = landingPage({ public_url, issuer, status: status(), tools: catalogue().tools.length });
    response.set('cache-control', 'no-cache').type('html').send(page);
  });
}
