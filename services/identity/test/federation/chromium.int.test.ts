import { freePort, launchChromium } from '@florin/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD } from '../support/identity-under-test.js';
import { Browser as Jar } from './support/browser.js';
import {
  type FederationUnderTest,
  OIDC_NAME,
  SAML_NAME,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;
let browser: Browser;

beforeAll(async () => {
  const idp = await freePort();
  // "localhost" and "127.0.0.1" are two sites to a browser, as a company's provider and Florin are.
  under = await startFederationUnderTest('chromium', {
    sandbox: { ports: { idp }, idp_public_url: `http://localhost:${idp}` },
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await under.stop();
});

async function openPage(): Promise<{ page: Page; context: BrowserContext; violations: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  return { page, context, violations };
}

async function whoIs(context: BrowserContext): Promise<string | undefined> {
  const jar = new Jar();
  for (const { name, value } of await context.cookies(under.identity.url)) jar.cookies.set(name, value);
  return under.whoIs(jar);
}

// proves: federated-sign-in
it('a person signs in with an OpenID provider in a real browser', async () => {
  const { page, context, violations } = await openPage();
  await page.goto(`${under.identity.url}/auth/oauth/${OIDC_NAME}/start?return_to=/healthz`);
  await page.getByLabel(/Grace/).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${under.identity.url}/healthz`);
  expect(await whoIs(context)).toBeDefined();
  expect(violations).toEqual([]);
});

// proves: federated-sign-in
it('a person signs in over SAML in a real browser, though the answer is posted from another site', async () => {
  const { page, context, violations } = await openPage();
  let cookies_of_post: string | undefined;
  page.on('request', async (request) => {
    if (request.url().endsWith('/acs')) cookies_of_post = (await request.allHeaders()).cookie;
  });
  await page.goto(`${under.identity.url}/auth/saml/${SAML_NAME}/start?return_to=/healthz`);
  await page.getByLabel(/Noor/).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${under.identity.url}/healthz`);
  expect(cookies_of_post, 'SameSite=Lax stays behind').toBeUndefined();
  expect(await whoIs(context)).toBeDefined();
  expect(violations).toEqual([]);
});

// proves: federated-link-needs-proof
it('a person whose address has an account signs in to it first, agrees, and is known from then on', async () => {
  const ada = await under.identity.register('ada@florin.test');
  const { page, context, violations } = await openPage();
  const startAtSignIn = async () => {
    await page.goto(`${under.identity.url}/sign-in?return_to=/healthz`);
    await page.getByRole('link', { name: 'Sign in with Florin sandbox' }).click();
    await page.getByLabel(/Ada/).check();
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await startAtSignIn();
  await page.getByRole('heading', { name: 'You have an account already' }).waitFor();
  expect(await whoIs(context)).toBeUndefined();

  await page.getByRole('link', { name: 'Sign in to the account' }).click();
  await page.getByLabel('E-mail address').fill('ada@florin.test');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Connect Florin sandbox' }).waitFor();
  expect(await under.links(ada)).toEqual([]);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.waitForURL(`${under.identity.url}/healthz`);

  await context.clearCookies();
  await startAtSignIn();
  await page.waitForURL(`${under.identity.url}/healthz`);
  expect(await whoIs(context)).toBe(ada);
  expect(violations).toEqual([]);
});
