import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, post } from './support/clients.js';
import { startToyMesh, type ToyMesh } from './support/toy-mesh.js';

let mesh: ToyMesh;

beforeAll(async () => {
  mesh = await startToyMesh();
});
afterAll(() => mesh?.stop());

describe('the metadata of the protected resource', () => {
  it.each(['', '/mcp'])('is at /.well-known/oauth-protected-resource%s', async (suffix) => {
    const response = await fetch(`${mesh.url}/.well-known/oauth-protected-resource${suffix}`);
    expect(await response.json()).toMatchObject({
      resource: 'http://gateway.test/mcp',
      authorization_servers: [mesh.issuer.issuer],
      bearer_methods_supported: ['header'],
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('the pages', () => {
  it('say what runs and how to connect, with one script of their own and nothing from elsewhere', async () => {
    const response = await fetch(mesh.url);
    const page = await response.text();
    expect(page).toContain('http://gateway.test/mcp');
    expect(page).toContain('<th scope="row">toy</th><td class="up">up</td>');
    expect(page).not.toMatch(/<script>|style=|src="http| on\w+=/);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
    const script = await fetch(`${mesh.url}${/src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]}`);
    expect(script.headers.get('content-type')).toContain('javascript');
    const status = await fetch(`${mesh.url}/console/status`);
    expect(await status.json()).toMatchObject({ mode: 'simulated', services: [{ name: 'toy' }] });
    const stylesheet = /href="(\/assets\/[^"]+\.css)"/.exec(page)?.[1] ?? '';
    const css = await fetch(`${mesh.url}${stylesheet}`);
    expect(css.headers.get('content-type')).toContain('text/css');
    expect(css.headers.get('cache-control')).toContain('immutable');
  });

  it('include health, metrics, and a plain 404', async () => {
    expect((await fetch(`${mesh.url}/healthz`)).status).toBe(200);
    await post(`${mesh.url}/mcp`, callOf('say_hello', { name: 'Ada' }));
    const metrics = await (await fetch(`${mesh.url}/metrics`)).text();
    expect(metrics).toContain('florin_mesh_links_up{peer="toy",service="gateway"} 2');
    expect(metrics).toContain('name="say_hello",outcome="OK"');
    expect((await fetch(`${mesh.url}/nothing`)).status).toBe(404);
  });
});
