import { describeOffer } from '@florin/chassis';
import { expectGoldenCatalogue } from '@florin/testkit';
import { it } from 'vitest';
import { offer } from '../src/offer.js';

it('shows MCP clients what the golden copy and the README say', async () => {
  await expectGoldenCatalogue(describeOffer(offer), new URL('../', import.meta.url));
});
