import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

type Json = Record<string, unknown>;

export interface Operation {
  path: string;
  method: string;
  /** Without a body for operations that take none. */
  body?: { schema: Json; example: unknown };
  parameters: { name: string; in: string; schema: Json; examples?: Record<string, { value: string }> }[];
  /** What it may answer: by status, by media type. */
  responses: Record<string, { content?: Record<string, { schema?: Json }>; headers?: Json }>;
}

export interface Document {
  openapi: string;
  paths: Record<string, Json & { servers?: unknown }>;
  components: { schemas: Json; parameters: Json; responses: Json; securitySchemes: Json };
}

/** The operations that the gateway serves itself, with their references resolved. */
export function operationsOf(document: Document): Operation[] {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: string };
    if (typeof $ref !== 'string')
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
    const target = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Json)[key], document);
    return resolve(target);
  };
  return Object.entries(document.paths).flatMap(([path, { servers, ...methods }]) => {
    if (servers !== undefined) return [];
    return Object.entries(methods).map(([method, described]) => {
      const operation = resolve(described) as Json;
      const { requestBody, parameters = [], responses } = operation;
      const body = (requestBody as { content: Record<string, Operation['body']> } | undefined)?.content;
      return {
        path,
        method: method.toUpperCase(),
        parameters,
        responses,
        ...(body?.['application/json'] && { body: body['application/json'] }),
      } as Operation;
    });
  });
}

/** Says how an answer is not what the document promises; empty where it is. */
export function createAnswerCheck(): (operation: Operation, answer: Response, text: string) => string {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const compiled = new Map<Json, ValidateFunction>();
  return (operation, answer, text) => {
    const described = operation.responses[String(answer.status)];
    if (described === undefined) return `status ${answer.status} is not documented`;
    const type = answer.headers.get('content-type') ?? '';
    const media = described.content?.[type];
    if (media === undefined) return `content type ${type} is not documented for ${answer.status}`;
    for (const header of Object.keys(described.headers ?? {})) {
      if (header !== 'Last-Modified' && !answer.headers.has(header)) return `header ${header} is missing`;
    }
    const schema = media.schema ?? {};
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    return validate(JSON.parse(text)) ? '' : ajv.errorsText(validate.errors);
  };
}

/** Values that a JSON Schema allows, of the kinds that catalogues use. */
export function valuesOf(schema: Json): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(valuesOf));
  switch (schema.type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer({ min: Number(schema.minimum ?? -1_000), max: Number(schema.maximum ?? 1_000) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valuesOf(schema.items as Json), { maxLength: Number(schema.maxItems ?? 3) });
    case 'object':
      return objectsOf(schema);
    default:
      return fc.jsonValue();
  }
}

function textsOf({ pattern, minLength = 0, maxLength = 60 }: Json): fc.Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const [min, max] = [Number(minLength), Math.min(Number(maxLength), 60)];
  return fc.string({ minLength: min, maxLength: max, unit: 'grapheme' }).map((text) => text.slice(0, max));
}

function objectsOf({ properties = {}, required = [] }: Json): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties as Record<string, Json>);
  return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valuesOf(field)])), {
    requiredKeys: required as string[],
  });
}
