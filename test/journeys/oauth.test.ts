import type { Mesh } from '@florin/local';
import { launchChromium } from '@florin/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allowAs } from '../support/consent.js';
import { startTestMesh } from '../support/mesh.js';
import { type DocumentSite, startDocumentSite, startOAuthApp } from '../support/oauth-app.js';
import { demoPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let browser: Browser;
let site: DocumentSite;
let ada: Person;

beforeAll(async () => {
  site = await startDocumentSite();
  process.env.NODE_EXTRA_CA_CERTS = site.certificate_path;
  mesh = await startTestMesh();
  browser = await launchChromium();
  ada = await demoPerson(mesh, 'ada@florin.test');
});
afterAll(async () => {
  await ada?.mcp.close();
  await browser?.close();
  await mesh?.stop();
  await site?.close();
});

// proves: oauth-from-the-address
it('a client that knows the address only registers, is allowed in the browser, and calls a tool', async () => {
  const app = await startOAuthApp('Pocket Assistant');
  const context = await browser.newContext();
  const client = await app.connect(mesh.mcp_url, allowAs(ada, context, 'Pocket Assistant'));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('list_accounts');
  const { isError, structuredContent } = await client.callTool({ name: 'list_accounts', arguments: {} });
  expect(isError).not.toBe(true);
  expect(structuredContent).toMatchObject({ accounts: expect.any(Array) });
  expect(app.tokens()?.refresh_token).toBeTruthy();
  await client.close();
  await context.close();
  await app.close();
});

it('a client with a metadata document is named by the site that describes it, and calls a tool', async () => {
  const prepared = await startOAuthApp('Desk Assistant');
  const client_id = site.publish(prepared.metadata);
  await prepared.close();
  // The document says one port of this machine; the client listens at another (RFC 8252, section 7.3).
  const app = await startOAuthApp('Desk Assistant', client_id);
  const context = await browser.newContext();
  const allow = allowAs(ada, context, 'Desk Assistant');
  const client = await app.connect(mesh.mcp_url, async (url) => {
    expect(new URL(url).searchParams.get('client_id')).toBe(client_id);
    await allow(url);
  });
  const { contents } = await client.readResource({ uri: 'users://me/profile' });
  expect(JSON.stringify(contents)).toContain(ada.user_id);
  expect((await client.callTool({ name: 'list_accounts', arguments: {} })).isError).not.toBe(true);
  await client.close();
  await context.close();
  await app.close();
});
