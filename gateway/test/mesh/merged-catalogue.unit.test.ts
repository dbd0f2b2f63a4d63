import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../src/mesh/catalogue.js';
import { mergeCatalogues } from '../../src/mesh/merged-catalogue.js';

function catalogue(tools: string[], templates: string[] = [], uris: string[] = []) {
  return parseCatalogue(
    Buffer.from(
      JSON.stringify({
        tools: tools.map((name) => ({
          tool: { name, inputSchema: { type: 'object' } },
          scopes: [],
          public: false,
        })),
        resources: uris.map((uri) => ({ resource: { uri, name: uri }, scopes: [] })),
        resource_templates: templates.map((uriTemplate) => ({
          template: { uriTemplate, name: uriTemplate },
          scopes: [],
          completes: [],
        })),
        prompts: [],
      }),
    ),
  );
}

describe('merging catalogues', () => {
  it('keeps the order of the configuration, and of each service within it', () => {
    const merged = mergeCatalogues([
      { provider: 'b', catalogue: catalogue(['y', 'z']) },
      { provider: 'a', catalogue: catalogue(['x']) },
    ]);
    expect(merged.tools.map(({ tool, provider }) => [tool.name, provider])).toEqual([
      ['y', 'b'],
      ['z', 'b'],
      ['x', 'a'],
    ]);
  });

  it('serves the first of two with one name, and says whose is refused', () => {
    const merged = mergeCatalogues([
      { provider: 'a', catalogue: catalogue(['x'], ['t://{id}']) },
      { provider: 'b', catalogue: catalogue(['x', 'y'], ['t://{id}']) },
    ]);
    expect(merged.tool('x')?.provider).toBe('a');
    expect(merged.tool('y')?.provider).toBe('b');
    expect(merged.collisions).toEqual([
      { kind: 'tool', name: 'x', served_by: 'a', refused_from: 'b' },
      { kind: 'resource', name: 't://{id}', served_by: 'a', refused_from: 'b' },
    ]);
  });

  it('finds a fixed URI before a template that matches it as well', () => {
    const merged = mergeCatalogues([
      { provider: 'a', catalogue: catalogue([], [], ['t://status']) },
      { provider: 'b', catalogue: catalogue([], ['t://{id}'], ['t://own']) },
    ]);
    expect(merged.resource('t://status')?.provider).toBe('a');
    expect(merged.resource('t://own')).toHaveProperty('resource');
    expect(merged.resource('t://other')?.provider).toBe('b');
    expect(merged.resource('u://other')).toBeUndefined();
    expect(merged.collisions).toEqual([]);
  });

  it("lets no service take over what an earlier one's template serves", () => {
    const merged = mergeCatalogues([
      { provider: 'a', catalogue: catalogue([], ['t://{user_id}/things{?page}']) },
      { provider: 'b', catalogue: catalogue([], ['t://{id}/things'], ['t://me/things', 't://all']) },
    ]);
    expect(merged.resource('t://me/things')?.provider).toBe('a');
    expect(merged.resource('t://all')?.provider).toBe('b');
    expect(merged.template('t://{id}/things')).toBeUndefined();
    expect(merged.collisions).toEqual([
      { kind: 'resource', name: 't://{id}/things', served_by: 'a', refused_from: 'b' },
      { kind: 'resource', name: 't://me/things', served_by: 'a', refused_from: 'b' },
    ]);
  });

  it('finds nothing by the names of prototypes', () => {
    const merged = mergeCatalogues([{ provider: 'a', catalogue: catalogue(['x']) }]);
    expect(merged.tool('constructor')).toBeUndefined();
    expect(merged.prompt('__proto__')).toBeUndefined();
  });
});

describe('a catalogue as it came', () => {
  it.each([
    ['no JSON', '{'],
    ['no catalogue', '[]'],
    ['a tool without a schema', '{"tools":[{"tool":{"name":"x"},"scopes":[],"public":false}]}'],
    [
      'a name that clients refuse',
      JSON.stringify({
        tools: [{ tool: { name: 'a b', inputSchema: { type: 'object' } }, scopes: [], public: false }],
        resources: [],
        resource_templates: [],
        prompts: [],
      }),
    ],
  ])('with %s is refused', (_what, json) => {
    expect(() => parseCatalogue(Buffer.from(json))).toThrow();
  });
});
