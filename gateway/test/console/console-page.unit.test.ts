import { describe, expect, it } from 'vitest';
import { catalogueSection } from '../../src/console/catalogue-section.js';
import { consolePage } from '../../src/console/console-page.js';
import { parseCatalogue } from '../../src/mesh/catalogue.js';
import { mergeCatalogues } from '../../src/mesh/merged-catalogue.js';

const status = {
  mode: 'live' as const,
  version: '1.0.0',
  services: [
    {
      name: 'banking',
      status: 'down' as const,
      version: '<b>1</b>',
      mode: 'sandbox' as const,
      since: '2026-11-22T10:00:00.000Z',
    },
  ],
  collisions: [{ kind: 'tool' as const, name: 'pay<', served_by: 'a', refused_from: 'b' }],
  limits: { call_timeout_ms: 1, max_request_bytes: 1, max_result_bytes: 1 },
};
const tool = {
  name: 'pay',
  title: '<script>alert(1)</script>',
  description: 'Pays `me`.',
  inputSchema: { type: 'object', description: '</pre><script>' },
};
const catalogue = mergeCatalogues([
  {
    provider: 'payments',
    catalogue: parseCatalogue(
      Buffer.from(
        JSON.stringify({
          tools: [{ tool, scopes: ['payments:write'], public: false }],
          resources: [],
          resource_templates: [],
          prompts: [],
        }),
      ),
    ),
  },
]);

describe('the console', () => {
  const page = consolePage({
    public_url: 'https://florin.example',
    issuer: 'https://id.example/?a="><script>',
    status,
    catalogue: catalogueSection(catalogue),
  });

  it('escapes whatever is not its own', () => {
    expect(page).toContain('&lt;b&gt;1&lt;/b&gt;');
    expect(page).toContain('pay&lt;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('&quot;mcpServers&quot;');
  });

  it('says plainly that money is real', () => {
    expect(page).toContain('Live: this moves real money.');
  });

  it('gives each client the public address', () => {
    const clients = [
      'Claude Code',
      'Claude Desktop',
      'Cursor',
      'VS Code',
      'Codex CLI',
      'Gemini CLI',
      'Any other',
    ];
    for (const client of clients) expect(page).toContain(`<summary>${client}</summary>`);
    expect(page).not.toContain('YOUR_TOKEN');
    expect(page.match(/https:\/\/florin\.example\/mcp/g)?.length).toBeGreaterThanOrEqual(10);
  });

  it('shows each tool with its schema and what it needs', () => {
    expect(page).toContain('<summary><code>pay</code>');
    expect(page).toContain('&quot;type&quot;: &quot;object&quot;');
    expect(page).toContain('Pays <code>me</code>.');
    expect(page).toContain('Needs <code>payments:write</code>.');
  });
});
