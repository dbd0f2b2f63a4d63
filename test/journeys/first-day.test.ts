import type { Mesh } from '@florin/local';
import { launchChromium, until } from '@florin/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedAccount } from '../support/bank.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let browser: Browser;
let person: Person;

beforeAll(async () => {
  mesh = await startTestMesh();
  browser = await launchChromium();
});
afterAll(async () => {
  await person?.mcp.close();
  await browser?.close();
  await mesh?.stop();
});

interface Transaction {
  transaction_id: string;
  account_id: string;
  date: string;
  amount: { amount: string; currency: string };
  merchant?: string;
}

describe('the first day of a newcomer', () => {
  it('registers and signs in with no token in hand', async () => {
    person = await newPerson(mesh, 'Nora Newcomer');
    expect(await person.mcp.read('users://me/profile')).toMatchObject({
      user_id: person.user_id,
      email: person.email,
      full_name: 'Nora Newcomer',
      roles: ['user'],
    });
    expect(await person.mcp.read('users://me/permissions')).toMatchObject({
      scopes: expect.arrayContaining(['banking:read', 'banking:write']),
    });
  });

  // proves: bank-in-browser
  it('links a bank in the browser, as a person does', async () => {
    const link = await person.mcp.call<{ link_url: string; link_token: string; expires_at: string }>(
      'create_link_token',
    );
    expect(Date.parse(link.expires_at)).toBeGreaterThan(Date.now());
    const page = await browser.newPage();
    const complaints = watch(page);
    await page.goto(link.link_url);
    await signInAtTheBank(page);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('cannot link anything by the same page a second time', async () => {
    const link = await person.mcp.call<{ link_url: string }>('create_link_token');
    const page = await browser.newPage();
    await page.goto(link.link_url);
    await signInAtTheBank(page);
    const before = await person.mcp.call('list_accounts');
    await page.goto(link.link_url);
    await page.getByRole('heading', { name: 'Your bank is linked' }).waitFor();
    expect(await page.getByRole('link').count()).toBe(0);
    expect(await person.mcp.call('list_accounts')).toEqual(before);
    await page.close();
  });

  it('reads accounts, balances and two years of transactions', async () => {
    const { accounts } = await person.mcp.call<{ accounts: LinkedAccount[] }>('list_accounts');
    expect(accounts.length).toBeGreaterThanOrEqual(2);
    expect(await person.mcp.read('banking://me/accounts')).toEqual({
      ...(await person.mcp.call('list_accounts')),
    });

    const account_id = accounts[0]?.account_id ?? '';
    expect(await person.mcp.call('get_balance', { account_id })).toMatchObject({
      account_id,
      current: { amount: expect.stringMatching(/^-?\d+\.\d\d$/) },
    });

    const oldest = new Date(Date.now() - 600 * 86_400_000).toISOString().slice(0, 10);
    await until(
      async () => {
        const { transactions } = await person.mcp.call<{ transactions: Transaction[] }>(
          'search_transactions',
          {
            end_date: oldest,
          },
        );
        expect(transactions.length).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 250 },
    );
  });

  // proves: complete-history
  it('pages through everything once, newest first', async () => {
    const seen: Transaction[] = [];
    let page_token: string | undefined;
    for (let page = 0; page < 200; page++) {
      const result = await person.mcp.call<{ transactions: Transaction[]; next_page_token?: string }>(
        'search_transactions',
        { page_size: 100, ...(page_token !== undefined && { page_token }) },
      );
      seen.push(...result.transactions);
      page_token = result.next_page_token;
      if (page_token === undefined) break;
    }
    expect(page_token).toBeUndefined();
    expect(new Set(seen.map(({ transaction_id }) => transaction_id)).size).toBe(seen.length);
    expect(seen.map(({ date }) => date)).toEqual(
      seen
        .map(({ date }) => date)
        .sort()
        .reverse(),
    );
    expect(seen.some(({ amount }) => amount.amount.startsWith('-'))).toBe(true);
    expect(seen.some(({ amount }) => !amount.amount.startsWith('-'))).toBe(true);
  });

  it('sees where the money goes, and what comes back every month', async () => {
    const end_date = new Date().toISOString().slice(0, 10);
    const start_date = new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10);
    const spending = await person.mcp.call('summarize_spending', {
      start_date,
      end_date,
      group_by: 'category',
    });
    expect(JSON.stringify(spending)).toMatch(/"amount":"\d+\.\d\d"/);
    const recurring = await person.mcp.call('find_recurring_charges');
    expect(JSON.stringify(recurring)).toContain('monthly');
  });

  it('unlinks an account, and no longer reads it', async () => {
    const { accounts } = await person.mcp.call<{ accounts: LinkedAccount[] }>('list_accounts');
    const account_id = accounts[0]?.account_id ?? '';
    await person.mcp.call('unlink_bank_account', { account_id });
    const after = await person.mcp.call<{ accounts: LinkedAccount[] }>('list_accounts');
    const active = after.accounts
      .filter(({ status }) => status === 'active')
      .map((account) => account.account_id);
    expect(active).not.toContain(account_id);
  });
});

/** Picks the first bank, signs in with what the page shows, takes all accounts. */
async function signInAtTheBank(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Choose your bank' }).click();
  await page.getByRole('list').getByRole('link').first().click();
  await page.getByLabel('User name').fill('user_good');
  await page.getByLabel('Password').fill('pass_good');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('heading', { name: 'Your bank is linked' }).waitFor({ timeout: 15_000 });
}

/** What the browser complains about: blocked scripts or styles, failed requests, errors on the page. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isFavicon(message.location().url)) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    if (!isFavicon(request.url())) complaints.push(`${request.url()} failed`);
  });
  return complaints;
}

/** A browser asks for one by itself; no page names any. */
function isFavicon(url: string): boolean {
  return url.endsWith('/favicon.ico');
}
