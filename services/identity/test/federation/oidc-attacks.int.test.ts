import type { Misbehaviour } from '@florin/sandbox';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Browser, type Visit } from './support/browser.js';
import {
  type FederationUnderTest,
  OIDC_NAME,
  signInByOidc,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;

beforeAll(async () => {
  under = await startFederationUnderTest('oidc_attacks', {
    oidcs: [{ name: 'other', issuer: 'https://other.example', client_id: 'florin', client_secret: 'secret' }],
  });
});
afterEach(() => {
  under.sandbox.control.clearFaults();
});
afterAll(() => under.stop());

async function expectRefused(browser: Browser, end: Visit | undefined): Promise<void> {
  expect(end?.status).toBe(403);
  expect(end?.text).toContain('cannot be accepted');
  expect(await under.whoIs(browser)).toBeUndefined();
  expect(await under.accounts()).toBe(0);
}

const falseAnswers: [Misbehaviour, string][] = [
  ['wrong_nonce', 'made for another sign-in'],
  ['no_nonce', 'made for no sign-in in particular'],
  ['wrong_issuer', 'of another issuer'],
  ['wrong_audience', 'meant for another client'],
  ['expired', 'that has expired'],
  ['issued_in_future', 'that is not valid yet'],
  ['unsigned', 'with "alg": "none"'],
  ['tampered', 'changed after it was signed'],
  ['unknown_key', 'signed with a key that is not the provider’s'],
  ['hmac_with_public_key', 'signed by HMAC with the public key'],
];

// proves: oidc-attacks-refused
it.each(falseAnswers)('an ID token (%s) %s signs nobody in', async (how) => {
  under.sandbox.control.idp.oidc.misbehave({ how, times: 1 });
  const browser = new Browser();
  await expectRefused(browser, await signInByOidc(under, browser, 'grace'));
});

it('an answer with the state of another sign-in signs nobody in', async () => {
  under.sandbox.control.idp.oidc.misbehave({ how: 'wrong_state', times: 1 });
  const browser = new Browser();
  await expectRefused(browser, await signInByOidc(under, browser, 'grace'));
});

it('an answer that names another issuer (RFC 9207) signs nobody in', async () => {
  under.sandbox.control.idp.oidc.misbehave({ how: 'wrong_response_issuer', times: 1 });
  const browser = new Browser();
  await expectRefused(browser, await signInByOidc(under, browser, 'grace'));
});

it('an answer without the issuer signs nobody in where the provider promises to name itself', async () => {
  const browser = new Browser();
  const { location = '' } = await signInByOidc(under, browser, 'grace', { until: '/callback' });
  const url = new URL(location);
  url.searchParams.delete('iss');
  await expectRefused(browser, await browser.get(url.href));
});

it('an answer of one provider at the address of another (mix-up) signs nobody in', async () => {
  const browser = new Browser();
  const { location = '' } = await signInByOidc(under, browser, 'grace', { until: '/callback' });
  await expectRefused(browser, await browser.get(location.replace(`/${OIDC_NAME}/`, '/other/')));
});

it('userinfo of somebody else than the ID token signs nobody in', async () => {
  under.sandbox.control.idp.oidc.misbehave({ how: 'wrong_userinfo_subject', times: 1 });
  const browser = new Browser();
  // The ID token of a person without an address names none, so that userinfo is asked.
  await expectRefused(browser, await signInByOidc(under, browser, 'lee'));
});

it('a provider whose metadata name another issuer is not used', async () => {
  const other = await startFederationUnderTest('oidc_metadata');
  try {
    other.sandbox.control.idp.oidc.misbehave({ how: 'wrong_metadata_issuer' });
    const { status } = await new Browser().get(`${other.identity.url}/auth/oauth/${OIDC_NAME}/start`);
    expect(status).toBe(503);
  } finally {
    await other.stop();
  }
});

it('an answer that came to another browser signs neither in, and the first can still end what it began', async () => {
  const [victim, attacker] = [new Browser(), new Browser()];
  const prepared = await signInByOidc(under, attacker, 'kim', { until: '/callback' });
  await expectRefused(victim, await victim.get(prepared.location ?? ''));

  // Also where the victim has a sign-in of its own under way.
  await victim.get(`${under.identity.url}/auth/oauth/${OIDC_NAME}/start`);
  await expectRefused(victim, await victim.get(prepared.location ?? ''));
  const end = await attacker.get(prepared.location ?? '');
  expect(end.text, 'used up by nobody else').toContain('has not checked');
});

it('an answer is good once', async () => {
  const other = await startFederationUnderTest('oidc_replay');
  try {
    const browser = new Browser();
    const { location = '' } = await signInByOidc(other, browser, 'grace', { until: '/callback' });
    const cookies = new Map(browser.cookies);
    const thief = new Browser();
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    const ends = await Promise.all([browser.get(location, '/account'), thief.get(location, '/account')]);
    expect(ends.map(({ status }) => status).sort()).toEqual([303, 403]);
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    expect((await thief.get(location, '/account')).status).toBe(403);
  } finally {
    await other.stop();
  }
});

it('an answer that comes after ten minutes signs nobody in', async () => {
  const browser = new Browser();
  const { location = '' } = await signInByOidc(under, browser, 'grace', { until: '/callback' });
  under.pass(10 * 60_000 + 1);
  await expectRefused(browser, await browser.get(location));
});
