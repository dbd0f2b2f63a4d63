import type { z } from 'zod';

type Schema = z.core.$ZodType;
const maxWrappers = 10;

/** The schema of the value at `path`; undefined where the path leads through a union or out of the schema. */
export function schemaAt(schema: Schema | undefined, path: readonly PropertyKey[]): Schema | undefined {
  let current = schema;
  for (const part of path) {
    const def = current && definition(current);
    if (def?.type === 'object') current = def.shape[String(part)];
    else if (def?.type === 'array') current = def.element;
    else if (def?.type === 'record') current = def.valueType;
    else return undefined;
  }
  return current;
}

/** The names of the fields that an object schema knows. */
export function fieldNames(schema: Schema | undefined): string[] {
  const def = schema && definition(schema);
  return def?.type === 'object' ? Object.keys(def.shape) : [];
}

/** The first example in the schema's metadata, as JSON; undefined where there is none that is short. */
export function exampleOf(schema: Schema | undefined): string | undefined {
  let current = schema;
  for (let depth = 0; current && depth < maxWrappers; depth += 1) {
    const json = JSON.stringify(metadata(current)?.examples?.[0]);
    if (json !== undefined) return json.length <= 80 ? json : undefined;
    current = inner(current);
  }
  return undefined;
}

/** The definition behind `.optional()`, `.default()` and their like. */
function definition(schema: Schema): z.core.$ZodTypeDef & z.core.$ZodTypes['_zod']['def'] {
  let current = schema;
  for (let depth = 0; depth < maxWrappers; depth += 1) current = inner(current) ?? current;
  return (current as z.core.$ZodTypes)._zod.def;
}

function inner(schema: Schema): Schema | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return 'innerType' in def ? def.innerType : undefined;
}

function metadata(schema: Schema): { examples?: unknown[] } | undefined {
  if (!('meta' in schema) || typeof schema.meta !== 'function') return undefined;
  const meta: unknown = schema.meta();
  if (typeof meta !== 'object' || meta === null || !('examples' in meta)) return undefined;
  return Array.isArray(meta.examples) ? { examples: meta.examples } : undefined;
}
