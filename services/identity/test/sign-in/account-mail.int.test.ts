import { idToUuid } from '@florin/chassis';
import { type Sandbox, start as startSandbox } from '@florin/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { formBrowser } from '../support/browser-forms.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

const NEW_PASSWORD = 'nine tall lanterns sleep east';

let sandbox: Sandbox;
let identity: IdentityUnderTest;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'mail' });
  identity = await startIdentityUnderTest('account_mail', {
    over: { SMTP_URL: sandbox.smtp_url, MAIL_FROM: 'Florin <no-reply@florin.example>' },
  });
});
afterAll(async () => {
  await identity?.stop();
  await sandbox?.stop();
});
beforeEach(() => {
  sandbox.control.mail.clear();
});

async function linkTo(to: string, subject: RegExp): Promise<URL> {
  const mail = await sandbox.control.mail.waitFor({ to, subject }, 10_000);
  const link = mail.links.find((each) => each.includes('token='));
  if (link === undefined) throw new Error(`no link in ${mail.text}`);
  return new URL(link);
}

function tokenOf(link: URL): string {
  return link.searchParams.get('token') ?? '';
}

// proves: mail-link-once
describe('a password reset', () => {
  it('sets the password by the link of a mail, once, and ends what was signed in', async () => {
    await identity.register('ada@example.com');
    const before = await identity.signIn('ada@example.com');
    const browser = formBrowser(identity.url);
    await browser.post('/sign-in', { username: 'ada@example.com', password: PASSWORD });
    const asked = await browser.post('/forgot-password', { email: 'Ada@example.com' });
    expect(asked.page).toContain('If there is an account');

    const link = await linkTo('ada@example.com', /new password/);
    expect(link.origin).toBe(identity.url);
    const { page } = await browser.get(link.pathname + link.search);
    expect(page).toContain('autocomplete="new-password"');
    const token = tokenOf(link);
    const reset = (new_password: string) => browser.post('/reset-password', { token, new_password });
    expect((await reset('passwordpassword')).page).toContain('too easy to guess');
    expect((await reset(NEW_PASSWORD)).page).toContain('The password is saved');
    expect(await reset('six green mountains walk home')).toMatchObject({ status: 410 });

    await expect(identity.exchange(before.access_token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await browser.get('/sign-in')).toMatchObject({ status: 200 });
    await expect(identity.signIn('ada@example.com')).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    const changed = { username: 'ada@example.com', password: NEW_PASSWORD };
    expect(await identity.call('tool', 'authenticate_user', changed)).toHaveProperty('access_token');
    await sandbox.control.mail.waitFor({ to: 'ada@example.com', subject: /was changed/ });
  });

  it('lets exactly one of two win who use the link at once', async () => {
    await identity.register('race@example.com');
    await identity.call('tool', 'request_password_reset', { email: 'race@example.com' });
    const token = tokenOf(await linkTo('race@example.com', /new password/));
    const attempt = (new_password: string) =>
      identity.call('tool', 'reset_password', { token, new_password });
    const results = await Promise.allSettled([
      attempt(NEW_PASSWORD),
      attempt('six green mountains walk home'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'INVALID_TOKEN' },
    });
  });

  it('answers for an unknown address as for a known one, and mails nobody', async () => {
    await identity.register('known@example.com');
    const ask = (email: string) => identity.call('tool', 'request_password_reset', { email });
    const unknown = await ask('unknown@example.com');
    expect(await ask('known@example.com')).toEqual(unknown);
    await sandbox.control.mail.waitFor({ to: 'known@example.com', subject: /new password/ });
    expect(sandbox.control.mail.list({ to: 'unknown@example.com' })).toEqual([]);
  });

  it('fills nobody\u2019s mailbox: five mails an hour', async () => {
    await identity.register('flood@example.com');
    for (let n = 0; n < 9; n++) {
      await identity.call('tool', 'request_password_reset', { email: 'flood@example.com' });
    }
    await identity.register('after@example.com');
    await sandbox.control.mail.waitFor({ to: 'after@example.com' });
    expect(sandbox.control.mail.list({ to: 'flood@example.com' }).length).toBeLessThanOrEqual(5);
  });

  it('keeps the token as a hash, and the mail that waits as ciphertext', async () => {
    await identity.register('hash@example.com');
    const token = tokenOf(await linkTo('hash@example.com', /Confirm/));
    const rows = await identity.sql`select * from mail_tokens`;
    expect(JSON.stringify(rows)).not.toContain(token);
  });
});

describe('the confirmation of an address', () => {
  it('takes a click on the page, not the mere link, and works once', async () => {
    await identity.register('vera@example.com');
    const link = await linkTo('vera@example.com', /Confirm/);
    const browser = formBrowser(identity.url);
    await browser.get(link.pathname + link.search);
    const verified = async () => {
      const [row] = await identity.sql`
        select count(*)::int as count from users where email_verified_at is not null`;
      return row?.count as number;
    };
    const before = await verified();
    const confirm = () => browser.post('/verify-email', { token: tokenOf(link) });
    expect((await confirm()).page).toContain('is confirmed');
    expect(await verified()).toBe(before + 1);
    expect(await confirm()).toMatchObject({ status: 410 });
  });

  it('counts for the address that the mail went to, and for none that came later', async () => {
    const user_id = await identity.register('old@example.com');
    const link = await linkTo('old@example.com', /Confirm/);
    const id = idToUuid(user_id, 'usr');
    await identity.sql`update users set email_index = 'k1.another' where user_id = ${id}`;
    const browser = formBrowser(identity.url);
    expect(await browser.post('/verify-email', { token: tokenOf(link) })).toMatchObject({ status: 410 });
  });

  it('is not given by a link of another kind', async () => {
    await identity.register('kind@example.com');
    const token = tokenOf(await linkTo('kind@example.com', /Confirm/));
    const reset = identity.call('tool', 'reset_password', { token, new_password: NEW_PASSWORD });
    await expect(reset).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });
});

describe('/register', () => {
  it('makes an account that the mail\u2019s reader alone can use', async () => {
    const browser = formBrowser(identity.url);
    const { page } = await browser.post('/register', { email: 'nora@example.com', full_name: 'Nora New' });
    expect(page).toContain('Look into your mail');
    const token = tokenOf(await linkTo('nora@example.com', /Finish/));
    await browser.post('/reset-password', { token, new_password: NEW_PASSWORD });
    const sent = { username: 'nora@example.com', password: NEW_PASSWORD };
    expect(await browser.post('/sign-in', sent)).toMatchObject({ status: 303 });
  });

  it('shows the same for a taken address, and tells its owner by mail', async () => {
    await identity.register('taken@example.com');
    const register = (email: string) =>
      formBrowser(identity.url).post('/register', { email, full_name: 'Somebody' });
    const taken = await register('taken@example.com');
    expect(await register('free@example.com')).toEqual(taken);
    await sandbox.control.mail.waitFor({ to: 'taken@example.com', subject: /have an account/ });
  });
});

it('a mail that the server refuses is sent later, and not lost', async () => {
  sandbox.control.setFault({ provider: 'mail', kind: 'smtp_refusal', times: 1 });
  await identity.register('later@example.com');
  await vi.waitFor(async () => {
    const [row] = await identity.sql`select attempts from mails where attempts = 1`;
    expect(row).toBeDefined();
  }, 10_000);
  await identity.sql`update mails set next_attempt_at = now()`;
  await linkTo('later@example.com', /Confirm/);
});
