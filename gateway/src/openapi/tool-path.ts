import { type ToolEntry, takesKey } from '../mesh/catalogue.js';
import type { Provided } from '../mesh/merged-catalogue.js';
import { isObject, type JsonObject } from '../rest/json-body.js';
import { exampleOf } from './example.js';
import { problemsExcept } from './problems.js';
import { securityOf } from './security.js';
import type { Parameter, PathItem } from './types.js';

/** The path item of one tool: its arguments are the body, its result is the answer. */
export function toolPath(entry: Provided<ToolEntry>): PathItem {
  const { tool, provider, scopes } = entry;
  const keyed = takesKey(entry);
  const schema = keyed ? withoutRequiredKey(tool.inputSchema) : tool.inputSchema;
  const result = { 'application/json': { schema: tool.outputSchema ?? { type: 'object' } } };
  return {
    post: {
      operationId: tool.name,
      tags: [provider],
      summary: tool.title ?? tool.name,
      description: tool.description ?? '',
      security: entry.public ? [] : securityOf(scopes),
      ...(keyed && { parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }] }),
      requestBody: {
        required: Array.isArray(schema.required) && schema.required.length > 0,
        content: { 'application/json': { schema, example: exampleOf(tool.inputSchema) } },
      },
      responses: {
        200: { description: 'The result.', content: result },
        ...(mayNeedApproval(tool.outputSchema) && {
          202: {
            description:
              'Nothing has happened yet: the person must approve it. Show them `approval.approval_url`, and repeat the ' +
              'request with `approval_id` once they have decided.',
            content: result,
          },
        }),
        ...problemsExcept(405),
      },
    },
  };
}

export const idempotencyKeyParameter: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Stands for the argument `idempotency_key`, which need not be sent then. Both together must be equal. ' +
    'With or without the quotes of the IETF draft.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};

/** The header may bring what the tool demands of its arguments. */
function withoutRequiredKey(schema: JsonObject): JsonObject {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return { ...schema, required: required.filter((name) => name !== 'idempotency_key') };
}

function mayNeedApproval(schema: unknown): boolean {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const { status } = properties;
  return isObject(status) && Array.isArray(status.enum) && status.enum.includes('approval_required');
}
