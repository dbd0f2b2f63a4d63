import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/raw-http.js';
import { only, startToyMesh, type ToyMesh } from '../support/toy-mesh.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let mesh: ToyMesh;
let browser: Browser;

beforeAll(async () => {
  mesh = await startToyMesh();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});
afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

interface Seen {
  page: Page;
  /** What the page asked for from elsewhere, or the browser complained of. */
  complaints: string[];
  context: BrowserContext;
}

async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Seen> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== mesh.url) complaints.push(request.url());
  });
  await page.goto(`${mesh.url}${path}`);
  return { page, complaints, context };
}

/** What axe finds wrong by WCAG 2.2 AA and its own best practices. It is run beside the page, whose policy allows no such script. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

// proves: pages-accessible
describe.each(['/', '/docs'])('the page at %s', (path) => {
  it.each(['light', 'dark'] as const)('is accessible, %s, and brings all it needs', async (colorScheme) => {
    const { page, complaints, context } = await open(path, { colorScheme });
    // Closed details hide what is to be looked at.
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows everything without a script', async () => {
    const { page, complaints, context } = await open(path, { javaScriptEnabled: false });
    await page.getByText('add_note', { exact: false }).first().waitFor();
    expect(await page.getByRole('searchbox').count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('hides what is not looked for', async () => {
    const { page, context } = await open(path);
    const [kept, hidden] = ['read_slowly', 'say_hello'].map((name) =>
      page.locator(`main [data-entry*="${name}"]`).first(),
    );
    await page.getByRole('searchbox').fill('READ  notes slowly');
    await hidden?.waitFor({ state: 'hidden' });
    expect(await kept?.isVisible()).toBe(true);
    await page.getByText('1 found').waitFor();
    await page.getByRole('searchbox').fill('');
    await hidden?.waitFor({ state: 'visible' });
    await context.close();
  });

  it('fits a narrow screen, however long the URIs are', async () => {
    const { page, context } = await open(path, { viewport: { width: 360, height: 700 } });
    await page.evaluate(
      "for (const each of document.querySelectorAll(':not(pre) > code')) each.textContent = 'notes://'.repeat(9)",
    );
    const over = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(over).toBe(0);
    await context.close();
  });
});

describe('the console', () => {
  it('copies what is to be pasted', async () => {
    const { page, context } = await open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByText('Claude Code').click();
    const setup = page.locator('details', { hasText: 'Claude Code' });
    await setup.getByRole('button', { name: 'Copy' }).click();
    await setup.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      'claude mcp add --transport http florin http://gateway.test/mcp',
    );
    await context.close();
  });

  // proves: console-live
  it('follows the status, and says so to who cannot see it', { timeout: 60_000 }, async () => {
    const { page, complaints, context } = await open('/');
    const row = page.locator('[data-service=toy]');
    await row.getByText('up', { exact: true }).waitFor();
    await only(mesh).kill();
    await row.getByText('down', { exact: true }).waitFor({ timeout: 30_000 });
    await page.getByText('toy is down now.').waitFor();
    await only(mesh).restart();
    await row.getByText('up', { exact: true }).waitFor({ timeout: 30_000 });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('the reference', () => {
  it('leads from a tool to its arguments, an example that runs, and the problems', async () => {
    const { page, context } = await open('/docs');
    await page.getByRole('navigation').getByRole('link', { name: 'Pay', exact: true }).click();
    expect(new URL(page.url()).hash).toBe('#pay');
    const article = page.locator('article#pay');
    await article.getByRole('table', { name: 'Arguments' }).getByText('idempotency_key').waitFor();
    expect(await article.locator('pre').textContent()).toContain("'http://gateway.test/v1/tools/pay'");
    await article.getByRole('link', { name: '422' }).click();
    await page.getByText('IDEMPOTENCY_KEY_REUSED').first().waitFor();
    await context.close();
  });

  it('is sent again only where it changed', async () => {
    for (const path of ['/docs', '/openapi.json']) {
      const first = await fetch(`${mesh.url}${path}`);
      const etag = first.headers.get('etag') ?? '';
      await first.text();
      // fetch adds a Cache-Control of its own, which asks for the whole again.
      const again = await send(mesh.url, { path, method: 'GET', headers: [['If-None-Match', etag]] });
      expect([path, again.status]).toEqual([path, 304]);
    }
  });
});
