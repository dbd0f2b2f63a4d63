import { describeOffer } from '@florin/chassis';
import { expectGoldenCatalogue } from '@florin/testkit';
import { expect, it } from 'vitest';
import { offer } from '../src/offer.js';

/** Tools of other services that descriptions point to. */
const elsewhere = ['list_accounts', 'create_link_token', 'search_transactions'];

it('shows MCP clients what the golden copy and the README say', async () => {
  await expectGoldenCatalogue(describeOffer(offer), new URL('../', import.meta.url));
});

it('describes every argument, bounds every text, and gives an example of each', () => {
  for (const { tool } of describeOffer(offer).tools) {
    const properties = tool.inputSchema.properties as Record<string, Record<string, unknown>>;
    for (const [name, property] of Object.entries(properties)) {
      const at = `${tool.name}.${name}`;
      expect(property.description, `description of ${at}`).toEqual(expect.any(String));
      if (name === 'page_token') continue;
      const examples = Array.isArray(property.examples) ? property.examples : [];
      expect(examples.length, `example of ${at}`).toBeGreaterThan(0);
      if (property.type === 'string' && property.enum === undefined) {
        const isBound = property.maxLength !== undefined || property.pattern !== undefined;
        expect(isBound, `bound of ${at}`).toBe(true);
      }
    }
  }
});

it('tells in each tool that may need approval how to go on once it is granted', () => {
  const asking = describeOffer(offer).tools.filter(
    ({ tool }) => 'approval_id' in ((tool.inputSchema.properties ?? {}) as object),
  );
  expect(asking.length).toBeGreaterThan(0);
  for (const { tool } of asking) {
    expect(tool.description, tool.name).toMatch(
      /repeat the call with its approval_id and the same idempotency_key/,
    );
  }
});

it('sends a model to no tool that is not there', () => {
  const { tools } = describeOffer(offer);
  const known = new Set([...tools.map(({ tool }) => tool.name), ...elsewhere]);
  const named = [
    ...JSON.stringify(tools).matchAll(/\b(?:list|get|create|add|link|search|process|cancel|fund)_[a-z_]+/g),
  ];
  expect(named.map(([name]) => name).filter((name) => !known.has(name) && !name.endsWith('_id'))).toEqual([]);
});
