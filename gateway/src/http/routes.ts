import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { protectedResourceMetadata, RESOURCE_METADATA_PATHS } from '../auth/challenge.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { MeshStatus } from '../mesh-status.js';
import { addPages } from './page-routes.js';

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
  const { public_url, issuer, rest } = options;
  const metadata = protectedResourceMetadata(public_url, issuer);
  app.get(RESOURCE_METADATA_PATHS, (_request, response) => {
    // Clients in browsers find their way to the authorization server by it; there is nothing in it to protect.
    response.set({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });
    response.json(metadata);
  });
  app.use('/v1', rest);
  addPages(app, options);
}
