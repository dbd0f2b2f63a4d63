import { z } from 'zod';
import { defineOwnOperation } from './own-operation.js';

export const readResource = defineOwnOperation({
  name: 'read_resource',
  title: 'Read a resource',
  description: 'Reads a resource by its URI, for clients that know tools only.',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.strictObject({
    uri: z
      .string()
      .min(1)
      .max(4096)
      .describe('The URI, with the variables of its template filled in; "me" stands for your own user id.')
      .meta({ examples: ['mesh://status'] }),
  }),
  output: z.strictObject({
    uri: z.string().describe('The URI that was read.'),
    data: z.record(z.string(), z.unknown()).describe('What it shows.'),
    last_modified: z.string().optional().describe('When it last changed, where that is known.'),
  }),
  run: ({ uri }, { deps }) => deps.readResource(uri),
});

/** The description as one caller is shown it: with the templates that this caller may read. */
export function readResourceDescription(templates: readonly string[]): string {
  if (templates.length === 0) return readResource.description;
  return `${readResource.description} You may read: ${templates.join(' ')}`;
}
