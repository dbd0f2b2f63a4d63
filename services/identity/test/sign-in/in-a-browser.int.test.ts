import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import { freePort, launchChromium } from '@florin/testkit';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

const PASSWORD = 'nine tall lanterns sleep east';
const email = 'nora@example.com';

let sandbox: Sandbox;
let identity: IdentityUnderTest;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let url: string;
const complaints: string[] = [];
let key: Secret;
let recovery_codes: string[];

beforeAll(async () => {
  const port = await freePort();
  // A passkey belongs to a domain, which 127.0.0.1 is not.
  url = `http://localhost:${port}`;
  sandbox = await startSandbox({ seed: 'browser' });
  identity = await startIdentityUnderTest('in_a_browser', {
    over: { HTTP_PORT: String(port), ISSUER: url, HOST: '127.0.0.1', SMTP_URL: sandbox.smtp_url },
  });
  browser = await launchChromium();
  await newBrowser();
});
afterAll(async () => {
  await browser?.close();
  await identity?.stop();
  await sandbox?.stop();
});

async function newBrowser(): Promise<void> {
  await context?.close();
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // That a form was refused is answered with 400 or 401, which the browser notes as well.
    if (message.type() === 'error' && !/status of 40[01]/.test(message.text()))
      complaints.push(message.text());
  });
}

async function linkIn(subject: RegExp): Promise<string> {
  const mail = await sandbox.control.mail.waitFor({ to: email, subject }, 10_000);
  return mail.links.find((link) => link.includes('token=')) ?? '';
}

async function signIn(password = PASSWORD): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

/** Fields have labels, the page has a language and one heading, and what went wrong is tied to its field. */
async function expectAccessible(): Promise<void> {
  const flaws = await page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.lang === '') found.push('no language');
    if (document.querySelectorAll('h1').length !== 1) found.push('not one heading');
    for (const input of document.querySelectorAll<HTMLInputElement>('input:not([type=hidden])')) {
      if ((input.labels?.length ?? 0) === 0) found.push(`no label: ${input.name}`);
      for (const id of (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)) {
        if (document.getElementById(id) === null) found.push(`described by nothing: ${id}`);
      }
    }
    for (const button of document.querySelectorAll('button')) {
      if (button.textContent?.trim() === '') found.push('a button without a name');
    }
    return found;
  });
  expect(flaws).toEqual([]);
}

// proves: account-pages
describe('a newcomer in a browser', () => {
  it('makes an account, and chooses a password by the link of a mail', async () => {
    await page.goto(`${url}/sign-in`);
    await page.getByRole('link', { name: 'Make an account' }).click();
    await expectAccessible();
    await page.getByLabel('Name').fill('Nora Newcomer');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Make an account' }).click();
    await heading('Look into your mail');
    await page.goto(await linkIn(/Finish/));
    await expectAccessible();
    await page.getByLabel('Password').fill('passwordpassword');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByRole('alert').getByText('too easy to guess').waitFor();
    await expectAccessible();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Save the password' }).click();
    await heading('The password is saved');
  });

  it('hears why a sign-in was refused, and is signed in by the right password', async () => {
    await signIn('not the password');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    await expectAccessible();
    await signIn();
    await heading('Security');
    await expectAccessible();
  });

  it('adds an authenticator app, and is shown the recovery codes once', async () => {
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await heading('Add an authenticator app');
    await expectAccessible();
    expect(
      await page.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(0);
    key = Secret.fromBase32(((await page.locator('code').textContent()) ?? '').replaceAll(' ', ''));
    await page.getByLabel('The six digits').fill(TOTP.generate({ secret: key }));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await heading('Your recovery codes');
    recovery_codes = await page.locator('li code').allTextContents();
    expect(recovery_codes).toHaveLength(10);
  });

  it('is asked for a second factor from then on', async () => {
    await newBrowser();
    await signIn();
    await heading('One more step');
    await expectAccessible();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('code');
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Code').fill(recovery_codes[0] ?? '');
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading('Security');
    await page.getByText('9 are left').waitFor();
  });
});

describe('a passkey', () => {
  async function virtualDevice(): Promise<void> {
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }

  it('is added, and signs in without the password, a second factor in itself', async () => {
    await virtualDevice();
    await page.reload();
    await page.getByLabel('Name of the new passkey').fill('Test device');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('cell', { name: 'Test device', exact: true }).waitFor();
    await sandbox.control.mail.waitFor({ to: email, subject: /factor was added/ }, 10_000);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await heading('Security');
    const [session] = await identity.sql`
      select authentication_methods from browser_sessions order by authenticated_at desc limit 1`;
    expect(session?.authentication_methods).toEqual(expect.arrayContaining(['user', 'mfa']));
  });

  it('answers a challenge once: what was sent is worth nothing a second time', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading('Sign in');
    const sent = page.waitForRequest((request) => request.url().endsWith('/sign-in/passkey'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    const body = (await sent).postData() ?? '';
    await heading('Security');
    const replayed = await fetch(`${url}/sign-in/passkey`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    });
    expect(replayed.status).toBe(401);
    expect(replayed.headers.getSetCookie()).toEqual([]);
  });
});

it('a passkey is removed at the page, and the person is told by mail', async () => {
  await page.getByRole('button', { name: 'Remove Test device' }).click();
  await page.getByText('None yet.').waitFor();
  await sandbox.control.mail.waitFor({ to: email, subject: /factor was removed/ }, 10_000);
});

it('no page breaks its own policy or throws', () => {
  expect(complaints).toEqual([]);
});
