import type { Mesh } from '@florin/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

interface Field {
  type?: string;
  pattern?: string;
  anyOf?: unknown;
}

interface Mistake {
  tool: string;
  what: string;
  field: string;
  value: unknown;
}

/** What a model gets wrong, for every argument of every tool, as the published schemas tell. */
async function mistakes(): Promise<Mistake[]> {
  const { tools } = await person.mcp.client.listTools();
  return tools.flatMap(({ name: tool, inputSchema }) => {
    const fields = Object.entries((inputSchema.properties ?? {}) as Record<string, Field>);
    const wrong = fields.flatMap(([field, schema]) => wrongValues(field, schema, tool));
    return [...wrong, { tool, what: 'an unknown field', field: 'colour_of_the_sky', value: 'blue' }];
  });
}

function wrongValues(field: string, schema: Field, tool: string): Mistake[] {
  const mistake = (what: string, value: unknown) => ({ tool, what, field, value });
  const wrongType = schema.type === 'array' ? mistake('an object for a list', {}) : mistake('a list', [{}]);
  if (schema.type !== 'string') return [wrongType];
  const texts = [mistake('a number for text', 12.34), mistake('over-long text', 'x'.repeat(70_000))];
  const isId = schema.pattern?.match(/[a-z]{3}_/) ?? null;
  return isId === null
    ? [wrongType, ...texts]
    : [wrongType, ...texts, mistake('a foreign kind of id', foreignId)];
}

/** Of a kind that nothing of Florin takes. */
const foreignId = 'zzz_01jd5c3k8qf6t9w2x4y7z0a1b2';

describe('bad input', () => {
  // proves: bad-input-named
  it('is refused at every argument of every tool, by the name of the field and with what to send instead', async () => {
    const all = await mistakes();
    expect(all.length).toBeGreaterThan(40);
    for (const { tool, what, field, value } of all) {
      const error = await person.mcp.refused(tool, { [field]: value });
      expect(error, `${tool}: ${what} as ${field}`).toMatchObject({
        reason: 'INVALID_ARGUMENT',
        retryable: false,
      });
      expect(error.details?.fields, `${tool}: ${what} as ${field}`).toContainEqual(
        expect.objectContaining({ path: field, message: expect.stringMatching(/\w{3}/) }),
      );
      expect(JSON.stringify(error)).not.toContain('xxxxxxxx');
    }
  });
});
