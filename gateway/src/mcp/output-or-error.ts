import type { Tool } from '@modelcontextprotocol/server';

type OutputSchema = NonNullable<Tool['outputSchema']>;

const error = {
  type: 'object',
  description: 'In place of all else, where isError is true: what went wrong, and what to do next.',
};

/**
 * Lets the schema of a tool's results take an error as well. "Servers MUST provide structured results that conform to this
 * schema" (MCP 2025-11-25, Tools, Output Schema): the official client of line 1.x holds failed results against it too, and would
 * throw away what they say.
 */
export function orAnError(tool: Tool): Tool {
  const { outputSchema } = tool;
  // Alternatives of its own say what is required: to put ours in their place would promise less.
  if (outputSchema?.properties === undefined || 'anyOf' in outputSchema) return tool;
  const { required, properties, ...rest } = outputSchema;
  const either = required === undefined ? {} : { anyOf: [{ required }, { required: ['error'] }] };
  const taking: OutputSchema = { ...rest, properties: { ...properties, error }, ...either };
  return { ...tool, outputSchema: taking };
}
