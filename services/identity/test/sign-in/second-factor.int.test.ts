import { idToUuid } from '@florin/chassis';
import { decodeJwt } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fieldOf, formBrowser } from '../support/browser-forms.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let now = new Date('2026-11-02T09:00:00Z');
let people = 0;

beforeAll(async () => {
  identity = await startIdentityUnderTest('second_factor', { now: () => now });
});
afterAll(() => identity.stop());
// Each test in a minute of its own: a code is good once.
beforeEach(() => pass(60));

function pass(seconds: number): void {
  now = new Date(now.getTime() + seconds * 1_000);
}

interface Guarded {
  user_id: string;
  email: string;
  mesh_token: string;
  code(): string;
  recovery_codes: string[];
}

async function guarded(): Promise<Guarded> {
  const email = `person-${people++}@example.com`;
  const user_id = await identity.register(email);
  const mesh_token = await identity.exchange((await identity.signIn(email)).access_token);
  const { secret } = await identity.call('tool', 'enroll_mfa', { method: 'totp' }, mesh_token);
  const key = Secret.fromBase32(String(secret));
  const code = () => TOTP.generate({ secret: key, timestamp: now.getTime() });
  const { recovery_codes } = await identity.call('tool', 'confirm_mfa', { code: code() }, mesh_token);
  pass(30);
  return { user_id, email, mesh_token, code, recovery_codes: recovery_codes as string[] };
}

const authenticate = (args: object) => identity.call('tool', 'authenticate_user', args);
const byPassword = ({ email }: Guarded) => authenticate({ username: email, password: PASSWORD });

describe('authenticate_user with a second factor', () => {
  it('gives no token for the password alone, and tokens for the code that follows', async () => {
    const person = await guarded();
    const first = await byPassword(person);
    expect(first).toEqual({
      mfa_required: true,
      mfa_token: expect.any(String),
      factors: ['totp', 'recovery_code'],
    });
    const signedIn = await authenticate({ mfa_token: first.mfa_token, otp: person.code() });
    expect(decodeJwt(String(signedIn.access_token)).amr).toEqual(['pwd', 'otp', 'mfa']);
  });

  it('takes password and code together', async () => {
    const person = await guarded();
    const all = { username: person.email, password: PASSWORD, otp: person.code() };
    expect(await authenticate(all)).toHaveProperty('access_token');
  });

  it('refuses a code that was used, within its 30 seconds', async () => {
    const person = await guarded();
    const all = { username: person.email, password: PASSWORD, otp: person.code() };
    await authenticate(all);
    await expect(authenticate(all)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  });

  // proves: recovery-code-race
  it('lets exactly one of two win who use one recovery code at once', async () => {
    const person = await guarded();
    const tokens = await Promise.all([byPassword(person), byPassword(person)]);
    const otp = person.recovery_codes[3];
    const results = await Promise.allSettled(tokens.map(({ mfa_token }) => authenticate({ mfa_token, otp })));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('lets one sign-in come of an mfa_token, also by two codes at once', async () => {
    const person = await guarded();
    const { mfa_token } = await byPassword(person);
    const codes = person.recovery_codes.slice(0, 2);
    const results = await Promise.allSettled(codes.map((otp) => authenticate({ mfa_token, otp })));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [left] = await identity.sql`
      select count(*)::int as count from recovery_codes
      where user_id = ${idToUuid(person.user_id, 'usr')} and used_at is null`;
    expect(left?.count, 'the loser keeps its code').toBe(9);
  });

  it.each([
    ['after five minutes', async () => pass(300)],
    [
      'after the password was changed',
      async ({ user_id }: Guarded) => {
        await identity.sql`update users set password_hash = 'another' where user_id = ${idToUuid(user_id, 'usr')}`;
      },
    ],
    ['after the person was suspended', ({ user_id }: Guarded) => identity.suspend(user_id)],
  ])('refuses an mfa_token %s', async (_name, change) => {
    const person = await guarded();
    const { mfa_token } = await byPassword(person);
    await change(person);
    await expect(authenticate({ mfa_token, otp: person.code() })).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
  });

  it('refuses an mfa_token that was changed, made up, or begun on the page', async () => {
    const person = await guarded();
    const { mfa_token } = await byPassword(person);
    const browser = formBrowser(identity.url);
    const { page } = await browser.post('/sign-in', { username: person.email, password: PASSWORD });
    const changed = String(mfa_token).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const forged of [`${mfa_token}x`, changed.slice(0, -4), 'v1.k1.a.b', fieldOf(page, 'challenge')]) {
      await expect(authenticate({ mfa_token: forged, otp: person.code() })).rejects.toMatchObject({
        reason: 'INVALID_TOKEN',
      });
    }
  });

  it('hears fewer and fewer codes of who guesses them', async () => {
    const person = await guarded();
    for (let n = 0; n < 5; n++) {
      const { mfa_token } = await byPassword(person);
      await authenticate({ mfa_token, otp: '000000' }).catch(() => undefined);
    }
    const right = { mfa_token: (await byPassword(person)).mfa_token, otp: person.code() };
    await expect(authenticate(right)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    pass(2);
    expect(await authenticate({ ...right, otp: person.code() })).toHaveProperty('access_token');
  });

  it('names what is missing', async () => {
    await expect(authenticate({ username: 'a@example.com' })).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message: expect.stringContaining('password'),
    });
  });
});

describe('the sign-in page with a second factor', () => {
  it('asks for the code, and opens no session before it', async () => {
    const person = await guarded();
    const browser = formBrowser(identity.url);
    const asked = await browser.post('/sign-in', {
      username: person.email,
      password: PASSWORD,
      return_to: '/approvals/apr_1',
    });
    expect(asked.page).toContain('autocomplete="one-time-code"');
    expect(browser.cookie('florin')).toBeUndefined();
    const challenge = fieldOf(asked.page, 'challenge');
    const send = (code: string) =>
      browser.post('/sign-in/second-factor', { challenge, code, return_to: '/approvals/apr_1' });
    expect((await send('000000')).status).toBe(401);
    expect(browser.cookie('florin')).toBeUndefined();
    expect(await send(person.code())).toMatchObject({ status: 303, location: '/approvals/apr_1' });
    expect(browser.cookie('florin')).toBeDefined();
  });
});

describe('enroll_mfa', () => {
  it('changes nothing before its code was confirmed', async () => {
    const email = `person-${people++}@example.com`;
    await identity.register(email);
    const mesh_token = await identity.exchange((await identity.signIn(email)).access_token);
    await identity.call('tool', 'enroll_mfa', { method: 'totp' }, mesh_token);
    const wrong = identity.call('tool', 'confirm_mfa', { code: '000000' }, mesh_token);
    await expect(wrong).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
    expect(await identity.signIn(email)).toHaveProperty('access_token');
  });

  it('replaces no app that is confirmed: a token that was stolen must not change it', async () => {
    const { mesh_token } = await guarded();
    await expect(identity.call('tool', 'enroll_mfa', { method: 'totp' }, mesh_token)).rejects.toMatchObject({
      reason: 'FAILED_PRECONDITION',
    });
  });

  it('keeps the key as ciphertext, and recovery codes as hashes', async () => {
    const { recovery_codes } = await guarded();
    const rows = JSON.stringify([
      await identity.sql`select * from totp_factors`,
      await identity.sql`select * from recovery_codes`,
    ]);
    expect(rows).toContain('v1.k1.');
    for (const code of recovery_codes) expect(rows).not.toContain(code.replaceAll('-', ''));
  });
});

describe('disable_mfa', () => {
  it('happens only when the person has approved it', async () => {
    const person = await guarded();
    const disable = (args: object = {}) =>
      identity.call('tool', 'disable_mfa', { method: 'totp', ...args }, person.mesh_token);
    const asked = await disable();
    expect(asked.status).toBe('approval_required');
    expect(await byPassword(person)).toHaveProperty('mfa_required');
    const { approval_id } = asked.approval as { approval_id: string };
    await identity.sql`
      update approvals set decision = 'granted', decided_at = ${now}
      where approval_id = ${idToUuid(approval_id, 'apr')}`;
    expect(await disable({ approval_id })).toEqual({ status: 'done' });
    expect(await byPassword(person)).toHaveProperty('access_token');
  });
});

describe('users://me/security', () => {
  it('says how the account is guarded, and shows no secret', async () => {
    const { mesh_token, user_id } = await guarded();
    expect(await identity.read('users://me/security', mesh_token)).toEqual({
      user_id,
      email_verified: false,
      has_password: true,
      mfa_enabled: true,
      totp: true,
      passkeys: 0,
      recovery_codes_left: 10,
      sessions: 1,
      api_keys: 0,
    });
  });
});
