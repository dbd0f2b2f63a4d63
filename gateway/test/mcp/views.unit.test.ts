import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anonymousAt, signedIn } from '../../src/auth/caller.js';
import {
  chooseDefault,
  DEFAULT_TOKENS_MAX,
  DEFAULT_TOOLS_MAX,
  estimateTokens,
} from '../../src/mcp/default-tools.js';
import { createListings, cursorKey } from '../../src/mcp/listing.js';
import { unselected } from '../../src/mcp/selection.js';
import { createViews } from '../../src/mcp/views.js';
import { parseCatalogue } from '../../src/mesh/catalogue.js';
import { mergeCatalogues } from '../../src/mesh/merged-catalogue.js';

const built = ['identity', 'banking'].map((provider) => {
  const golden = new URL(`../../../services/${provider}/catalog.json`, import.meta.url);
  return { provider, catalogue: parseCatalogue(readFileSync(golden)) };
});

/** What each of the other services is to have, long as the longest of what there is. */
const planned = { payments: 17, investing: 13, fraud: 8, subscription: 9, audit: 3 };
const longest = built
  .flatMap(({ catalogue }) => catalogue.tools)
  .reduce((a, b) => (estimateTokens(b.tool) > estimateTokens(a.tool) ? b : a));
const later = Object.entries(planned).map(([provider, count]) => ({
  provider,
  catalogue: {
    tools: Array.from({ length: count }, (_, index) => ({
      ...longest,
      tool: { ...longest.tool, name: `${provider}_${index}` },
    })),
    resources: [],
    resource_templates: [],
    prompts: [],
  },
}));
const catalogue = mergeCatalogues([...built, ...later]);
const tokensOf = (tools: typeof catalogue.tools) =>
  tools.reduce((sum, { tool }) => sum + estimateTokens(tool), 0);

function caller(client_id: string, scopes: string[]) {
  return signedIn('token', {
    user_id: 'usr_1',
    client_id,
    scopes,
    expires_at_ms: 0,
    grounds: [],
    requests_per_minute: 0,
  });
}
const listing = createListings(cursorKey('secret'));

// proves: short-default-list
describe('the default set of tools', () => {
  it('holds 30 tools and 12,000 tokens, with every service there is to be', () => {
    const chosen = chooseDefault(catalogue.tools);
    expect(chosen.length).toBeLessThanOrEqual(DEFAULT_TOOLS_MAX);
    expect(tokensOf(chosen)).toBeLessThanOrEqual(DEFAULT_TOKENS_MAX);
    // It is not nearly empty either, and none is left out.
    expect(tokensOf(chosen)).toBeGreaterThan(DEFAULT_TOKENS_MAX / 2);
    expect(new Set(chosen.map(({ provider }) => provider))).toEqual(
      new Set([...built, ...later].map(({ provider }) => provider)),
    );
  });

  it('takes what is rarely needed, and what is for newcomers, last', () => {
    const chosen = chooseDefault(catalogue.tools);
    expect(chosen.filter((entry) => entry.rare === true || entry.public)).toEqual([]);
    const few = chooseDefault(catalogue.tools.filter(({ provider }) => provider === 'banking'));
    expect(few.map(({ tool }) => tool.name)).toContain('unlink_bank_account');
  });

  it('keeps the order of the catalogue', () => {
    const order = catalogue.tools.map(({ tool }) => tool.name);
    const chosen = chooseDefault(catalogue.tools).map(({ tool }) => order.indexOf(tool.name));
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
  });
});

// proves: lists-built-once
describe('a list', () => {
  it('is built once for all who see the same, and serialized once', () => {
    const viewOf = createViews(listing);
    const one = viewOf(catalogue, caller('a', ['banking:read', 'profile:read']), unselected);
    const other = viewOf(catalogue, caller('b', ['profile:read', 'banking:read']), unselected);
    expect(other.tools.page(undefined).bytes).toBe(one.tools.page(undefined).bytes);
    expect(viewOf(catalogue, caller('a', ['profile:read']), unselected)).not.toBe(one);
    expect(
      viewOf(mergeCatalogues(built), caller('a', ['banking:read', 'profile:read']), unselected),
    ).not.toBe(one);
  });

  it('for nobody in particular has what is public alone', () => {
    const { tools, resources } = createViews(listing)(catalogue, anonymousAt('192.0.2.1'), unselected);
    const names = new Set(tools.page(undefined).items.map(({ name }) => name));
    expect(names).toContain('register_user');
    expect([...names].every((name) => catalogue.tool(name)?.public)).toBe(true);
    expect(resources.page(undefined).items).toEqual([]);
  });
});
