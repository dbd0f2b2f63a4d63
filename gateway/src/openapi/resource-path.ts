import type { MergedCatalogue } from '../mesh/merged-catalogue.js';
import { problemsExcept } from './problems.js';
import { securityOf } from './security.js';
import type { PathItem } from './types.js';

export interface Readable {
  provider: string;
  /** A URI, or the template of one. */
  uri: string;
  name: string;
  title: string;
  description: string;
  scopes: readonly string[];
}

/** All that can be read, in the order of the catalogue. */
export function readables({ resources, templates }: MergedCatalogue): Readable[] {
  const fixed = resources.map(({ resource, ...rest }) => ({ ...resource, ...rest }));
  const filled = templates.map(({ template, ...rest }) => ({
    ...template,
    uri: template.uriTemplate,
    ...rest,
  }));
  return [...fixed, ...filled].map(({ provider, uri, name, title = name, description = '', scopes }) => ({
    provider,
    uri,
    name,
    title,
    description,
    scopes,
  }));
}

/** The path item of `/v1/resources`: one for all, since a URI holds slashes and queries of its own. */
export function resourcePath(catalogue: MergedCatalogue): PathItem {
  const all = readables(catalogue);
  const listed = all.map(({ uri, title, scopes }) => `- \`${uri}\`: ${title}${needs(scopes)}`);
  return {
    get: {
      operationId: 'resources.read',
      tags: ['resources'],
      summary: 'Read a resource',
      description: [
        'Reads a resource by its URI, with the variables of its template filled in; `me` stands for your own user id.',
        'There are:',
        '',
        ...listed,
      ].join('\n'),
      security: securityOf([]),
      parameters: [
        {
          name: 'uri',
          in: 'query',
          required: true,
          description: 'The URI, percent-encoded.',
          schema: { type: 'string', minLength: 1, maxLength: 4096 },
          examples: Object.fromEntries(
            all.map(({ provider, name, title, uri }) => [
              `${provider}.${name}`.replaceAll(/[^\w.-]/g, '_'),
              { summary: title, value: exampleUri(uri) },
            ]),
          ),
        },
      ],
      responses: {
        200: {
          description: 'What the resource shows.',
          headers: {
            'Last-Modified': {
              description: 'When it last changed, where that is known.',
              schema: { type: 'string' },
            },
          },
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        ...problemsExcept(405, 413, 415, 422),
        // Of Node itself, before anything of ours is asked: so without a body.
        431: { description: 'The URI is too long: the head of a request holds 16 KiB, percent-encoded.' },
      },
    },
  };
}

/** The caller's own, of today: `banking://me/accounts`. */
function exampleUri(template: string): string {
  return template.replaceAll('{user_id}', 'me').replaceAll(/\{[?&][^}]*\}/g, '');
}

function needs(scopes: readonly string[]): string {
  return scopes.length === 0 ? '' : ` (needs ${scopes.map((scope) => `\`${scope}\``).join(', ')})`;
}
