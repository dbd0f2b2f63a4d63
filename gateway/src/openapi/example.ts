import { isObject } from '../rest/json-body.js';

/** Deeper than any schema of ours, and than any whose example somebody would read. */
const DEPTH_MAX = 8;

/**
 * An example of what a JSON Schema describes: the first that it gives itself, else made of those of its required fields. An
 * object without required fields is shown empty, which is how most such tools are called.
 */
export function exampleOf(schema: unknown, depth = 0): unknown {
  if (!isObject(schema) || depth > DEPTH_MAX) return null;
  const { examples, default: preset, const: only, enum: options, anyOf, oneOf } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (preset !== undefined) return preset;
  if (only !== undefined) return only;
  if (Array.isArray(options)) return options[0];
  const branches = anyOf ?? oneOf;
  if (Array.isArray(branches)) return exampleOf(branches[0], depth + 1);
  return ofType(schema, depth);
}

function ofType(schema: Record<string, unknown>, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array') return Number(schema.minItems) > 0 ? [exampleOf(schema.items, depth + 1)] : [];
  if (type === 'string') return 'text'.slice(0, Number(schema.maxLength ?? 4));
  if (type === 'integer' || type === 'number') return Number(schema.minimum ?? 1);
  if (type === 'boolean') return false;
  if (type !== 'object') return null;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name], depth + 1)]));
}
