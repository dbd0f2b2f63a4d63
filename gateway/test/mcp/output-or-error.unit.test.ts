import { readFileSync } from 'node:fs';
import { fault, toErrorBody } from '@florin/faults';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { orAnError } from '../../src/mcp/output-or-error.js';
import { parseCatalogue } from '../../src/mesh/catalogue.js';

const tools = ['identity', 'banking', 'payments'].flatMap(
  (service) =>
    parseCatalogue(readFileSync(new URL(`../../../services/${service}/catalog.json`, import.meta.url))).tools,
);
const failed = toErrorBody(fault('NOT_FOUND', 'You have no such payment.'), 'req_1');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const accepts = (schema: object, value: unknown) => ajv.validate(schema, value) === true;

describe('the schema of results that clients are shown', () => {
  it.each(tools.map((entry) => [entry.tool.name, entry.tool] as const))(
    'takes an error of %s',
    (_name, tool) => {
      const { outputSchema = {} } = orAnError(tool);
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(accepts(outputSchema, failed)).toBe(true);
      // What is neither a result nor an error is as wrong as it was.
      expect(accepts(outputSchema, { nonsense: 1 })).toBe(false);
      expect(accepts(outputSchema, {})).toBe(accepts(tool.outputSchema ?? {}, {}));
    },
  );

  it('leaves alternatives of a schema as they are', () => {
    const outputSchema = { type: 'object' as const, properties: {}, anyOf: [{ required: ['a'] }] };
    const tool = { name: 'foreign', inputSchema: { type: 'object' as const }, outputSchema };
    expect(orAnError(tool)).toBe(tool);
  });
});
