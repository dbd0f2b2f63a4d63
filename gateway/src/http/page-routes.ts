import type { Html } from '@florin/chassis/html';
import type { Express, RequestHandler } from 'express';
import { catalogueSection } from '../console/catalogue-section.js';
import { consolePage, STATUS_PATH } from '../console/console-page.js';
import { docsPage } from '../docs/docs-page.js';
import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import type { MeshStatus } from '../mesh-status.js';
import { openApiDocument } from '../openapi/document.js';
import { type Prebuilt, prebuild } from '../openapi/prebuilt.js';
import { PAGE_POLICY, PAGE_SCRIPT } from './page-script.js';
import { STYLESHEET_PATH, stylesheet } from './stylesheet.js';

interface PageOptions {
  public_url: string;
  issuer: string;
  version: string;
  status: () => MeshStatus;
  catalogue: () => MergedCatalogue;
}

/** What is for people: the console, the reference, and the OpenAPI document that it is rendered from. */
export function addPages(app: Express, options: PageOptions): void {
  const { public_url, issuer, status, catalogue } = options;
  const openApi = prebuild(
    (merged: MergedCatalogue) => openApiDocument(merged, options),
    (document) => JSON.stringify(document),
  );
  const docs = prebuild((merged: MergedCatalogue) => docsPage(openApi(merged).made), String);
  const shown = prebuild(catalogueSection, ({ text }: Html) => text);

  /** Asked for again each time, and sent where it changed: Express compares the validator. */
  const sends =
    (type: string, built: (merged: MergedCatalogue) => Prebuilt<unknown>): RequestHandler =>
    (_request, response) => {
      const { text, etag } = built(catalogue());
      response.set({ 'cache-control': 'no-cache', etag }).type(type).send(text);
    };
  const keeps =
    (type: string, text: string): RequestHandler =>
    (_request, response) => {
      response.set('cache-control', 'public, max-age=31536000, immutable').type(type).send(text);
    };

  app.get('/openapi.json', anyOrigin, sends('json', openApi));
  app.get('/docs', strictly, sends('html', docs));
  app.get('/', strictly, (_request, response) => {
    const page = consolePage({ public_url, issuer, status: status(), catalogue: shown(catalogue()).made });
    response.set('cache-control', 'no-cache').type('html').send(page);
  });
  app.get(STATUS_PATH, (_request, response) => {
    response.set('cache-control', 'no-store').json(status());
  });
  app.get(STYLESHEET_PATH, keeps('css', stylesheet));
  app.get(PAGE_SCRIPT.path, keeps('js', PAGE_SCRIPT.text));
}

/** The document tells nothing that is secret, and tools in browsers read it. */
const anyOrigin: RequestHandler = (_request, response, next) => {
  response.set('access-control-allow-origin', '*');
  next();
};

const strictly: RequestHandler = (_request, response, next) => {
  response.set('content-security-policy', PAGE_POLICY);
  next();
};
