import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { identityPaths } from './identity-paths.js';
import { problemResponses, problemSchema } from './problems.js';
import { resourcePath } from './resource-path.js';
import { securitySchemes } from './security.js';
import { idempotencyKeyParameter, toolPath } from './tool-path.js';
import type { OpenApiDocument } from './types.js';

export interface DocumentOptions {
  /** The gateway's origin. */
  public_url: string;
  issuer: string;
  version: string;
}

const description = `Every operation of Florin over plain HTTP: the same tools and resources as over MCP, by the same door.

- A tool is called by \`POST /v1/tools/{name}\`, with its arguments as the body. Its result is the answer.
- A resource is read by \`GET /v1/resources?uri=…\`.
- Errors are problem details (RFC 9457). Go by \`reason\`; \`retryable\` says whether the same request can succeed later.
- What moves money takes an idempotency key, as an argument or as the header \`Idempotency-Key\`. Repeat with the same one.
- 202 means that nothing has happened yet, because the person has to approve it first.
- \`OUTCOME_UNKNOWN\` means that it is not known whether it took effect. Find out before you repeat it.`;

/** Describes all that is served over HTTP (OpenAPI 3.1), from what the services show. */
export function openApiDocument(catalogue: MergedCatalogue, options: DocumentOptions): OpenApiDocument {
  const { public_url, version } = options;
  const issuer = options.issuer.replace(/\/$/, '');
  const tools = catalogue.tools.map((entry) => [`/v1/tools/${entry.tool.name}`, toolPath(entry)] as const);
  const providers = [...new Set(catalogue.tools.map(({ provider }) => provider))];
  return {
    openapi: '3.1.1',
    info: {
      title: 'Florin',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: public_url }],
    tags: [
      ...providers.map((name) => ({ name, description: `Tools of ${name}.` })),
      { name: 'resources', description: 'What can be read.' },
      { name: 'sign-in', description: 'Plain HTTP of identity, at its own host.' },
    ],
    paths: {
      ...Object.fromEntries(tools),
      '/v1/resources': resourcePath(catalogue),
      ...identityPaths(catalogue, issuer),
    },
    components: {
      schemas: { Problem: problemSchema },
      parameters: { IdempotencyKey: idempotencyKeyParameter },
      responses: problemResponses(),
      securitySchemes: securitySchemes(issuer),
    },
  };
}
