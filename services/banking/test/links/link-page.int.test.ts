import { until } from '@florin/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BankingUnderTest,
  type Json,
  type Person,
  startBankingUnderTest,
  toUuid,
} from '../support/banking-under-test.js';

let banking: BankingUnderTest;
let person: Person;

beforeAll(async () => {
  banking = await startBankingUnderTest('link_page');
  person = await banking.newPerson();
});
afterAll(() => banking.stop());

interface Page {
  status: number;
  text: string;
  url: string;
  headers: Headers;
}

async function open(url: string, form?: Record<string, string>): Promise<Page> {
  const response = await fetch(url, {
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    redirect: 'follow',
  });
  return {
    status: response.status,
    text: await response.text(),
    url: response.url,
    headers: response.headers,
  };
}

/** Goes through the stand-in's pages as a person does, and comes back to ours. */
async function goThroughBank(link_token: string): Promise<Page> {
  const plaid = banking.sandbox.plaid_url;
  const institution_id = 'ins_910001';
  const signedIn = await open(`${plaid}/link/sign-in`, {
    token: link_token,
    institution_id,
    username: 'user_good',
    password: 'pass_good',
  });
  const session = new URL(signedIn.url).searchParams.get('session') ?? '';
  return open(`${plaid}/link/accounts`, { session, account: 'checking' });
}

async function startLink(args: object = {}): Promise<{ link_token: string; link_url: string }> {
  return (await banking.tool('create_link_token', args, person)) as never;
}

describe('the link page', () => {
  it('links the bank for whoever asked for it, so that list_accounts is all that is left to do', async () => {
    const { link_token, link_url } = await startLink();
    const first = await open(link_url);
    expect(first.status).toBe(200);
    expect(first.text).toContain('<h1>Link your bank</h1>');
    expect(first.text).toContain(`href="${banking.sandbox.plaid_url}/link?token=${link_token}"`);
    expect(first.headers.get('content-security-policy')).not.toContain('script-src');
    expect(first.headers.get('cache-control')).toBe('no-store');

    const end = await goThroughBank(link_token);
    expect(end.url).toBe(link_url);
    expect(end.text).toContain('<h1>Your bank is linked</h1>');
    expect(end.text).toMatch(/First Harbor Bank: Harbor Checking ending in \d{4}/);

    const { accounts } = await banking.tool('list_accounts', {}, person);
    expect(accounts).toEqual([expect.objectContaining({ name: 'Harbor Checking', status: 'active' })]);
  });

  it('works once: coming back again shows what was linked and links nothing more', async () => {
    const { link_token, link_url } = await startLink();
    await goThroughBank(link_token);
    const before = await banking.tool('list_accounts', {}, person);
    const again = await open(`${link_url}/return?public_token=${await banking.publicToken()}`);
    expect(again.text).toContain('Your bank is linked');
    expect(await banking.tool('list_accounts', {}, person)).toEqual(before);
  });

  it('says so when the person turned back, and lets them try again', async () => {
    const { link_url } = await startLink();
    const page = await open(`${link_url}/return`);
    expect(page.text).toContain('Nothing was linked');
    expect((await open(link_url)).text).toContain('Link your bank');
  });

  it('refuses an address that is unknown or older than half an hour', async () => {
    expect((await open(`${banking.url}/link/${'a'.repeat(43)}`)).status).toBe(404);
    expect((await open(`${banking.url}/link/..%2f..%2fetc`)).status).toBe(404);
    const { link_url } = await startLink();
    banking.clock.advance(31 * 60_000);
    const late = await open(link_url);
    expect(late.status).toBe(410);
    expect(late.text).toContain('This link has expired');
    expect((await open(`${link_url}/return?public_token=public-sandbox-x`)).status).toBe(410);
  });

  it('shows a bank that is down as such, keeps nothing half done, and works when it is back', async () => {
    const somebody = await banking.newPerson();
    const started = await banking.tool('create_link_token', {}, somebody);
    const public_token = await banking.publicToken();
    banking.sandbox.control.setFault({ kind: 'down' });
    const failed = await open(`${started.link_url}/return?public_token=${public_token}`);
    expect(failed.status).toBe(503);
    expect(failed.text).toContain('Try again');
    expect(await banking.sql`select 1 from links where user_id = ${toUuid(somebody.user_id)}`).toHaveLength(
      0,
    );
    banking.sandbox.control.clearFaults();
    const page = await open(`${started.link_url}/return?public_token=${public_token}`);
    expect(page.text).toContain('Your bank is linked');
  });

  it('keeps tokens out of the tables but sealed', async () => {
    const rows = await banking.sql`select access_token from links`;
    expect(rows.length).toBeGreaterThan(0);
    for (const { access_token } of rows) expect(access_token).toMatch(/^v1\.k1\./);
    for (const { link_token } of await banking.sql`select link_token from link_sessions`)
      expect(link_token).toMatch(/^v1\.k1\./);
  });
});

describe('link_bank_account', () => {
  it('gives the same accounts for the same token, however often and at once', async () => {
    const somebody = await banking.newPerson();
    const public_token = await banking.publicToken();
    const calls = await Promise.all(
      Array.from({ length: 3 }, () => banking.tool('link_bank_account', { public_token }, somebody)),
    );
    const again = await banking.tool('link_bank_account', { public_token }, somebody);
    expect(again.accounts).toHaveLength(3);
    for (const call of calls) expect(call).toEqual(again);
    expect(await banking.tool('list_accounts', {}, somebody)).toEqual(again);
  });

  it('refuses a token that another person used', async () => {
    const public_token = await banking.publicToken();
    await banking.tool('link_bank_account', { public_token }, await banking.newPerson());
    await expect(
      banking.tool('link_bank_account', { public_token }, await banking.newPerson()),
    ).rejects.toMatchObject({ reason: 'INVALID_PUBLIC_TOKEN' });
  });

  it('keeps a link whose accounts the bank would not show, and a repeat shows them', async () => {
    const somebody = await banking.newPerson();
    const public_token = await banking.publicToken();
    banking.sandbox.control.setFault({ kind: 'status', status: 500, path: '/accounts/get' });
    await expect(banking.tool('link_bank_account', { public_token }, somebody)).rejects.toMatchObject({
      reason: 'PROVIDER_UNAVAILABLE',
      retryable: true,
    });
    banking.sandbox.control.clearFaults();
    const linked = await banking.tool('link_bank_account', { public_token }, somebody);
    expect(linked.accounts).toHaveLength(3);
  });
});

describe('unlink_bank_account', () => {
  it('ends access to the bank with its last account, deletes what was read, and can be repeated', async () => {
    const somebody = await banking.linkedPerson();
    const [first, ...others] = [...somebody.accounts.values()];
    const unlink = (account_id: string | undefined) =>
      banking.tool('unlink_bank_account', { account_id }, somebody);

    expect(await unlink(first)).toEqual({ account_id: first, status: 'unlinked', bank_access_ended: false });
    await expect(banking.tool('get_balance', { account_id: first }, somebody)).rejects.toMatchObject({
      reason: 'ACCOUNT_UNLINKED',
    });
    // All at once: whichever comes last ends it, exactly once.
    const ended = await Promise.all(others.map(unlink));
    expect(ended.filter(({ bank_access_ended }) => bank_access_ended).length).toBeGreaterThan(0);
    expect(itemStatus(somebody.item_id)).toBe('removed');
    expect(await unlink(first)).toMatchObject({ status: 'unlinked', bank_access_ended: true });

    const owner = toUuid(somebody.user_id);
    expect(await banking.sql`select 1 from transactions where user_id = ${owner}`).toHaveLength(0);
    expect(await banking.sql`select access_token, status from links where user_id = ${owner}`).toEqual([
      { access_token: null, status: 'unlinked' },
    ]);
    expect(await banking.tool('list_accounts', {}, somebody)).toMatchObject({ accounts: [] });
    const events = await banking.sql<{ event: Json }[]>`
      select event from outbox where event->>'type' = 'florin.banking.account.unlinked.v1'
        and event->'data'->>'user_id' = ${somebody.user_id}`;
    expect(events).toHaveLength(3);
  });

  it('changes nothing where the bank cannot be told, and succeeds when it is repeated', async () => {
    const somebody = await banking.linkedPerson();
    const [last, ...others] = [...somebody.accounts.values()];
    for (const account_id of others) await banking.tool('unlink_bank_account', { account_id }, somebody);
    banking.sandbox.control.setFault({ kind: '500_after_applying', path: '/item/remove' });
    // Applied there, though nobody said so: the retry finds it gone, which is what was wanted.
    expect(await banking.tool('unlink_bank_account', { account_id: last }, somebody)).toMatchObject({
      bank_access_ended: true,
    });
    banking.sandbox.control.clearFaults();

    const other = await banking.linkedPerson();
    for (const account_id of [...other.accounts.values()].slice(1))
      await banking.tool('unlink_bank_account', { account_id }, other);
    const [remaining] = other.accounts.values();
    banking.sandbox.control.setFault({ kind: 'down' });
    const refused = banking.tool('unlink_bank_account', { account_id: remaining }, other);
    await expect(refused).rejects.toMatchObject({ reason: 'PROVIDER_UNAVAILABLE', retryable: true });
    const { accounts } = await banking.tool('list_accounts', {}, other);
    expect(accounts).toEqual([expect.objectContaining({ account_id: remaining, status: 'active' })]);
    banking.sandbox.control.clearFaults();
    await banking.tool('unlink_bank_account', { account_id: remaining }, other);
  });
});

describe('a bank that wants a new sign-in', () => {
  it('is shown as needs_login, still answers from what was read, and is repaired by create_link_token', async () => {
    const somebody = await banking.linkedPerson();
    const account_id = somebody.accounts.get('Harbor Checking');
    const status = async () =>
      (await banking.tool('list_accounts', {}, somebody)).accounts as { status: string }[];

    banking.sandbox.control.plaid.requireLogin(somebody.item_id);
    await until(async () => expect((await status())[0]?.status).toBe('needs_login'), { timeout: 5_000 });
    banking.clock.advance(60_000);
    expect(await banking.tool('get_balance', { account_id }, somebody)).toMatchObject({ source: 'cached' });
    await expect(banking.tool('refresh_bank_data', { account_id }, somebody)).rejects.toMatchObject({
      reason: 'BANK_LOGIN_REQUIRED',
    });
    const broken = await banking.sql`
      select event->'data'->>'reason' as reason from outbox
      where event->>'type' = 'florin.banking.link.broken.v1'
        and event->'data'->>'user_id' = ${somebody.user_id}`;
    expect(broken).toEqual([{ reason: 'login_required' }]);

    const started = await banking.tool('create_link_token', { account_id }, somebody);
    expect((await open(String(started.link_url))).text).toContain('Sign in to your bank again');
    const end = await goThroughBank(String(started.link_token));
    expect(end.text).toContain('Thank you');
    await until(async () => expect((await status())[0]?.status).toBe('active'), { timeout: 5_000 });
  });
});

function itemStatus(item_id: string): string | undefined {
  return banking.sandbox.control.plaid.items().find((item) => item.item_id === item_id)?.status;
}
