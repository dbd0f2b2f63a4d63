import { readFileSync } from 'node:fs';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

/** Plaid's own description of its API, beside the repository; not part of it. */
export const CONTRACT = new URL('../../../../../shared/contracts/plaid/2020-09-14.yml', import.meta.url);

type Json = Record<string, unknown>;

interface Description {
  paths: Record<string, { post: { responses: Record<string, { content?: Json }> } }>;
  components: { schemas: Record<string, Json> };
}

export interface Contract {
  /** What is wrong with an answer: empty where it is as described. */
  problemsOfAnswer(path: string, answer: unknown): string[];
  problemsOf(schema_name: string, value: unknown): string[];
}

/**
 * Reads the description and closes its objects: a property it does not know is a problem too, since a stand-in that
 * invents fields teaches its clients to lean on them.
 */
export function loadContract(): Contract {
  const description = parse(readFileSync(CONTRACT, 'utf8')) as Description;
  const { schemas } = description.components;
  const extended = namesExtended(schemas);
  const converted = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, convert(schema, !extended.has(name))]),
  );
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'plaid', components: { schemas: converted } });

  const compiled = new Map<string, ValidateFunction>();
  const problemsOf = (schema_name: string, value: unknown): string[] => {
    const validate =
      compiled.get(schema_name) ?? ajv.compile({ $ref: `plaid#/components/schemas/${schema_name}` });
    compiled.set(schema_name, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
  return {
    problemsOf,
    problemsOfAnswer(path, answer) {
      const media = description.paths[path]?.post.responses['200']?.content?.['application/json'] as Json;
      return problemsOf(nameOf(media.schema as Json), answer);
    },
  };
}

/** Schemas that others extend by allOf stay open: closed, they would refuse what the others add. */
function namesExtended(schemas: Record<string, Json>): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { allOf } = value as { allOf?: unknown };
    if (Array.isArray(allOf)) {
      for (const part of allOf as Json[]) if (part.$ref) names.add(nameOf(part));
    }
    for (const each of Object.values(value)) visit(each);
  };
  visit(schemas);
  return names;
}

/** OpenAPI 3.0 to JSON Schema: nullable, boolean exclusive bounds, and words that mean something else there. */
function convert(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => convert(each, true));
  if (typeof value !== 'object' || value === null) return value;
  const schema: Json = {};
  for (const [word, content] of Object.entries(value)) {
    if (IGNORED.has(word) || word.startsWith('x-')) continue;
    if (word === 'properties') {
      const properties = Object.entries(content as Json);
      schema.properties = Object.fromEntries(properties.map(([name, each]) => [name, convert(each, true)]));
    } else if (word === 'allOf') {
      schema.allOf = (content as Json[]).map((each) => convert(each, false));
    } else if (word === 'required' || word === 'enum') {
      schema[word] = content;
    } else {
      schema[word] = convert(content, true);
    }
  }
  if (closed && (schema.properties || schema.allOf)) schema.unevaluatedProperties = false;
  return (value as Json).nullable === true ? nullable(schema) : schema;
}

const IGNORED = new Set([
  'nullable',
  'discriminator',
  'example',
  'examples',
  'default',
  'additionalProperties',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);

function nullable(schema: Json): Json {
  return { anyOf: [{ type: 'null' }, schema] };
}

function nameOf({ $ref }: Json): string {
  return String($ref).split('/').at(-1) ?? '';
}
