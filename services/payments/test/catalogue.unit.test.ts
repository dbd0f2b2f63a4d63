import { describeOffer } from '@florin/chassis';
import { expectGoldenCatalogue } from '@florin/testkit';
import { expect, it } from 'vitest';
import { offer } from '../src/offer.js';

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
