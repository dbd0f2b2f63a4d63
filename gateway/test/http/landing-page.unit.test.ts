import { describe, expect, it } from 'vitest';
import { landingPage } from '../../src/http/landing-page.js';

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
  collisions: [],
  limits: { call_timeout_ms: 1, max_request_bytes: 1, max_result_bytes: 1 },
};

describe('the landing page', () => {
  const page = landingPage({
    public_url: 'https://florin.example',
    issuer: 'https://id.example/?a="><script>',
    status,
    tools: 12,
  });

  it('escapes whatever is not its own', () => {
    expect(page).toContain('&lt;b&gt;1&lt;/b&gt;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('&quot;mcpServers&quot;');
  });

  it('says plainly that money is real', () => {
    expect(page).toContain('Live: this moves real money.');
  });

  it('gives each client the public address', () => {
    for (const client of ['Claude Code', 'Claude Desktop', 'Cursor', 'VS Code', 'Any other']) {
      expect(page).toContain(`<h3>${client}</h3>`);
    }
    expect(page).not.toContain('YOUR_TOKEN');
    expect(page.match(/https:\/\/florin\.example\/mcp/g)?.length).toBeGreaterThanOrEqual(6);
  });
});
