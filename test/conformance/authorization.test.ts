import { spawn } from 'node:child_process';
import type { Mesh } from '@florin/local';
import { freePort, launchChromium } from '@florin/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allowAs } from '../support/consent.js';
import { startTestMesh } from '../support/mesh.js';
import { demoPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let browser: Browser;
let ada: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  browser = await launchChromium();
  ada = await demoPerson(mesh, 'ada@florin.test');
});
afterAll(async () => {
  await ada?.mcp.close();
  await browser?.close();
  await mesh?.stop();
});

async function register(issuer: string, port: number): Promise<string> {
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance',
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      token_endpoint_auth_method: 'none',
    }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
}

/** The suite needs a newer Node than Florin does, so both come from npm. It prints the page that a person is to open. */
function runSuite(
  args: string[],
  open: (url: string) => Promise<void>,
): Promise<{ code: number | null; text: string }> {
  const packages = ['-p', 'node@22', '-p', '@modelcontextprotocol/conformance@0.2.0-alpha.12'];
  const suite = spawn('npx', ['--yes', ...packages, 'conformance', 'authorization', ...args], {
    timeout: 240_000,
  });
  let text = '';
  const opened = new Set<string>();
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      for (const [url] of text.matchAll(/https?:\/\/\S+\/oauth\/authorize\?\S+(?=\s)/g)) {
        if (opened.has(url)) continue;
        opened.add(url);
        open(url).catch(reject);
      }
    };
    suite.stdout.on('data', read);
    suite.stderr.on('data', read);
    suite.on('error', reject);
    suite.on('close', (code) => resolve({ code, text }));
  });
}

// proves: authorization-conformance
it("the protocol's own checks of an authorization server pass", { timeout: 300_000 }, async () => {
  const issuer = mesh.url('identity');
  const port = await freePort();
  const client_id = await register(issuer, port);
  const context = await browser.newContext();
  const args = ['--url', issuer, '--client-id', client_id, '--resource', mesh.mcp_url, '-p', String(port)];
  const { code, text } = await runSuite(args, allowAs(ada, context, 'Conformance'));
  await context.close();
  expect(text).toMatch(/^Total: [1-9]\d* passed, 0 failed$/m);
  expect(code).toBe(0);
});
