import { idToUuid, newId } from '@florin/chassis';
import { type TestClock, testClock } from '@florin/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide, paymentsAsks } from '../support/approvals.js';
import { csrfOf, type SignedInBrowser, signedInBrowser } from '../support/browser.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let payments: ReturnType<typeof paymentsAsks>;
let clock: TestClock;
let ada: string;
let ben: string;
let browser: SignedInBrowser;
let path: string;
let approval_id: string;
let args: object;

beforeAll(async () => {
  clock = testClock();
  identity = await startIdentityUnderTest('approval_page', { now: clock.now });
  payments = paymentsAsks(identity);
  ada = await identity.register('ada@example.com');
  ben = await identity.register('ben@example.com');
});
afterAll(async () => {
  payments?.close();
  await identity?.stop();
});
beforeEach(async () => {
  clock.advance(600_000);
  browser = await signedInBrowser(identity, ada, { now: clock.now() });
  args = { destination_id: newId('wal') };
  const summary = [
    { label: 'To', text: 'Ben <script>alert(1)</script>' },
    { label: 'Amount', text: '300.00 USD' },
  ];
  ({ approval_id } = await payments.request(ada, { args, summary }));
  path = `/approvals/${approval_id}`;
});

async function submit(fields: Record<string, string>, headers?: Record<string, string>) {
  const csrf = csrfOf((await browser.get(path)).text);
  return browser.submit(path, { csrf, ...fields }, headers);
}

async function decision(): Promise<string | null> {
  const [row] = await identity.sql<{ decision: string | null }[]>`
    select decision from approvals where approval_id = ${idToUuid(approval_id, 'apr')}`;
  return row?.decision ?? null;
}

describe('the page of an approval', () => {
  it('shows every line of what will happen, as text, who asks, and how long is left', async () => {
    clock.advance(60_000);
    const { status, text } = await browser.get(path);
    expect(status).toBe(200);
    expect(text).toContain('<dt>Operation</dt><dd>initiate payment</dd>');
    expect(text).toContain('<dt>Amount</dt><dd>300.00 USD</dd>');
    expect(text).toContain('Ben &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('<strong>agent</strong>');
    expect(text).toContain('4 minutes left');
  });

  it('leads who is not signed in to the sign-in, and back', async () => {
    const response = await fetch(`${identity.url}${path}`, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/sign-in?return_to=${encodeURIComponent(path)}`);
  });

  it('is shown in no frame, kept by nobody, and runs no script', async () => {
    const response = await fetch(`${identity.url}${path}`, { headers: { cookie: browser.cookie } });
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['granted', 'denied'] as const)('records that it was %s, and an event says so', async (answer) => {
    const sent = await submit({ decision: answer });
    expect(sent).toMatchObject({ status: 303, location: path });
    expect(await decision()).toBe(answer);
    const events = await identity.sql<{ event: { type: string; data: object } }[]>`
      select event from outbox where event->>'subject' = ${approval_id}`;
    expect(events.map(({ event }) => event)).toEqual([
      expect.objectContaining({
        type: `florin.identity.approval.${answer}.v1`,
        data: { user_id: ada, approval_id, operation: 'initiate_payment' },
      }),
    ]);
  });

  it('shows what was decided, and takes no second answer', async () => {
    await submit({ decision: 'denied' });
    const { text } = await browser.get(path);
    expect(text).toContain('You have refused this');
    expect(text).not.toContain('<button type="submit" name="decision"');
    const csrf = csrfOf(text);
    await browser.submit(path, { csrf, decision: 'granted' });
    expect(await decision()).toBe('denied');
  });

  it('shows that it was used', async () => {
    await submit({ decision: 'granted' });
    expect((await browser.get(path)).text).toContain('You have allowed this');
    expect(await payments.consume(ada, approval_id, { args })).toBe(true);
    expect((await browser.get(path)).text).toContain('This was allowed and done');
  });

  it('cannot be granted after five minutes', async () => {
    clock.advance(299_999);
    const csrf = csrfOf((await browser.get(path)).text);
    clock.advance(1);
    await browser.submit(path, { csrf, decision: 'granted' });
    expect(await decision()).toBeNull();
    expect((await browser.get(path)).text).toContain('This is no longer asked');
  });

  it("answers another person's approval as one that never was", async () => {
    const bens = await signedInBrowser(identity, ben, { now: clock.now() });
    const strip = ({ status, text }: { status: number; text: string }) => ({
      status,
      text: text.replace(/req_[\w-]+/g, ''),
    });
    const foreign = strip(await bens.get(path));
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(strip(await bens.get(`/approvals/${newId('apr')}`)));
    expect(foreign).toEqual(strip(await bens.get('/approvals/nonsense')));
    const csrf = csrfOf((await bens.get('/approvals/nonsense')).text);
    await bens.submit(path, { csrf, decision: 'granted' });
    expect(await decision()).toBeNull();
  });
});

describe('an approval is not granted', () => {
  it.each([
    ['without the session’s own token', { csrf: '' }, {}],
    ['with another token', { csrf: 'x'.repeat(43) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from another origin', {}, { origin: 'https://evil.example' }],
    ['by neither button', { decision: 'approve' }, {}],
  ])('by a form %s', async (_name, fields, headers) => {
    const { status } = await submit({ decision: 'granted', ...fields }, headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await decision()).toBeNull();
  });

  // proves: approval-by-person
  it('by any token of the person, in whatever place it is shown', async () => {
    const { access_token, refresh_token } = await identity.signIn('ada@example.com');
    const mesh_token = await identity.exchange(access_token);
    const service_token = await identity.serviceToken('payments', 'secret-of-payments', ada);
    for (const token of [access_token, refresh_token, mesh_token, service_token]) {
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { authorization: `DPoP ${token}` },
        { cookie: `florin=${token}` },
        { 'x-api-key': token },
      ]) {
        for (const method of ['GET', 'POST']) {
          const response = await fetch(`${identity.url}${path}?access_token=${token}`, {
            method,
            headers: { origin: identity.url, ...headers },
            redirect: 'manual',
            ...(method === 'POST' && {
              body: new URLSearchParams({ decision: 'granted', access_token: token }),
            }),
          });
          expect([303, 403]).toContain(response.status);
          expect(await response.text()).not.toContain('300.00');
        }
      }
    }
    expect(await decision()).toBeNull();
  });

  it('where a token stands beside a good cookie', async () => {
    const { access_token } = await identity.signIn('ada@example.com');
    const { status } = await submit({ decision: 'granted' }, { authorization: `Bearer ${access_token}` });
    expect(status).toBe(403);
    expect(await decision()).toBeNull();
  });

  it('by a password alone where a second factor is enrolled, nor by one that was shown long ago', async () => {
    const eve = await identity.register(`${newId('eve')}@example.com`);
    await identity.sql`insert into totp_factors (user_id, secret, created_at, confirmed_at)
      values (${idToUuid(eve, 'usr')}, 'x', now(), now())`;
    const asked = await payments.request(eve, { args });
    const open = async (amr: string[], age_ms: number) => {
      const now = new Date(clock.now().getTime() - age_ms);
      const eves = await signedInBrowser(identity, eve, { now, amr });
      const page = await eves.get(`/approvals/${asked.approval_id}`);
      return page.location ?? page.status;
    };
    const again = `/sign-in?fresh&return_to=${encodeURIComponent(`/approvals/${asked.approval_id}`)}`;
    expect(await open(['pwd'], 0)).toBe(again);
    expect(await open(['pwd', 'otp', 'mfa'], 600_000)).toBe(again);
    expect(await open(['pwd', 'otp', 'mfa'], 599_999)).toBe(200);
  });

  it('by a person who is suspended', async () => {
    const sue = await identity.register(`${newId('sue')}@example.com`);
    const asked = await payments.request(sue, { args });
    await identity.suspend(sue);
    await expect(decide(identity, sue, asked.approval_id, 'granted', clock.now())).rejects.toThrow();
  });
});
