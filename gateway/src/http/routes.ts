import type { Express } from 'express';
import { protectedResourceMetadata, RESOURCE_METADATA_PATHS } from '../auth/challenge.js';
import type { MeshStatus } from '../mesh-status.js';
import { landingPage } from './landing-page.js';
import { STYLESHEET_PATH, stylesheet } from './stylesheet.js';

interface RouteOptions {
  public_url: string;
  issuer: string;
  status: () => MeshStatus;
  tools: () => number;
}

/** What the gateway serves besides `/mcp`. */
export function addRoutes(app: Express, { public_url, issuer, status, tools }: RouteOptions): void {
  const metadata = protectedResourceMetadata(public_url, issuer);
  app.get(RESOURCE_METADATA_PATHS, (_request, response) => {
    // Clients in browsers find their way to the authorization server by it; there is nothing in it to protect.
    response.set({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });
    response.json(metadata);
  });
  app.get(STYLESHEET_PATH, (_request, response) => {
    response.set('cache-control', 'public, max-age=31536000, immutable').type('css').send(stylesheet);
  });
  app.get('/', (_request, response) => {
    const page = landingPage({ public_url, issuer, status: status(), tools: tools() });
    response.set('cache-control', 'no-cache').type('html').send(page);
  });
}
