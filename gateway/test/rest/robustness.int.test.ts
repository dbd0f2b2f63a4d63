import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAnswerCheck,
  type Document,
  type Operation,
  operationsOf,
  valuesOf,
} from '../support/open-api.js';
import { everything, only, startToyMesh, type ToyMesh, tokenFor } from '../support/toy-mesh.js';

let mesh: ToyMesh;
let operations: Operation[];
const check = createAnswerCheck();

beforeAll(async () => {
  mesh = await startToyMesh();
  only(mesh).deps.gate = Promise.resolve();
  const response = await fetch(`${mesh.url}/openapi.json`);
  operations = operationsOf((await response.json()) as Document);
});
afterAll(() => mesh?.stop());

interface Attempt {
  method: string;
  target: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

const authorizations = fc.constantFrom(
  undefined,
  `Bearer ${everything}`,
  `Bearer ${tokenFor('billing:read')}`,
  'Bearer expired',
  'Bearer',
  'Basic YTpi',
);
const contentTypes = fc.oneof(
  { weight: 5, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=latin1', 'x'),
  },
);
const junk = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom(
    '{"a":1e999}',
    '{"__proto__":{"x":1}}',
    '{"note":"\\ud800"}',
    '{"a":1,"a":2}',
    '\ufeff{}',
    '{}}',
  ),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => `{"note":${'['.repeat(depth)}${']'.repeat(depth)}}`),
);

/** What the document allows, as the document has it. */
function allowed(operation: Operation): fc.Arbitrary<Attempt> {
  const base = { method: operation.method, headers: { authorization: `Bearer ${everything}` } };
  if (operation.body !== undefined) {
    return valuesOf(operation.body.schema).map((value) => ({
      ...base,
      target: operation.path,
      headers: { ...base.headers, 'content-type': 'application/json' },
      body: JSON.stringify(value),
    }));
  }
  const examples = Object.values(operation.parameters[0]?.examples ?? {}).map(({ value }) => value);
  return fc
    .constantFrom(...examples)
    .map((uri) => ({ ...base, target: `${operation.path}?uri=${encodeURIComponent(uri)}` }));
}

/** The same, with something broken: who calls, what is said of the body, the body, the query. */
function broken(operation: Operation): fc.Arbitrary<Attempt> {
  return fc
    .record({
      authorization: authorizations,
      type: contentTypes,
      key: fc.option(fc.string({ maxLength: 20, unit: 'grapheme-ascii' }), { nil: undefined }),
      body: junk,
      query: fc.webQueryParameters(),
    })
    .map(({ authorization, type, key, body, query }) => ({
      method: operation.method,
      target: operation.method === 'GET' ? `${operation.path}?${query}` : operation.path,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(key !== undefined && key.trim() !== '' && { 'idempotency-key': key }),
        ...(operation.method === 'POST' && { 'content-type': type }),
      },
      ...(operation.method === 'POST' && { body }),
    }));
}

async function attempt({ target, ...init }: Attempt): Promise<[Response, string]> {
  const response = await fetch(`${mesh.url}${target}`, init);
  return [response, await response.text()];
}

// proves: rest-as-documented
describe('whatever is sent, the answer is one that the OpenAPI document promises, and no failure of ours', () => {
  it('for requests that the document allows', { timeout: 300_000 }, async () => {
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(allowed(operation), async (request) => {
          const [response, text] = await attempt(request);
          expect(check(operation, response, text), `${operation.path}: ${text.slice(0, 300)}`).toBe('');
          expect(response.status).toBeLessThan(500);
          expect(response.status).not.toBe(401);
        }),
        { numRuns: 25 },
      );
    }
  });

  it('for requests that it does not', { timeout: 300_000 }, async () => {
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(broken(operation), async (request) => {
          const [response, text] = await attempt(request);
          expect(check(operation, response, text), `${operation.path}: ${text.slice(0, 300)}`).toBe('');
          expect(response.status).toBeLessThan(500);
        }),
        { numRuns: 60 },
      );
    }
  });

  it('for methods and paths that it does not know', async () => {
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY');
    const targets = fc.oneof(
      fc.constantFrom(...operations.map(({ path }) => path)),
      fc.webPath().map((path) => `/v1${path}`),
      fc.webPath().map((path) => `/v1/tools${path}`),
    );
    await fc.assert(
      fc.asyncProperty(methods, targets, async (method, target) => {
        const [response, text] = await attempt({ method, target, headers: {} });
        expect(response.status, `${method} ${target}`).toBeLessThan(500);
        const problem = { status: response.status, reason: expect.any(String) };
        if (response.status === 204) expect(text).toBe('');
        else expect(JSON.parse(text)).toMatchObject(problem);
      }),
      { numRuns: 200 },
    );
  });
});
