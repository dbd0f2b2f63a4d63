import type { Misbehaviour } from '@florin/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './support/browser.js';
import {
  type FederationUnderTest,
  OIDC_NAME,
  signInByOidc,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;

beforeAll(async () => {
  under = await startFederationUnderTest('oidc');
});
afterEach(() => {
  under.sandbox.control.clearFaults();
});
afterAll(() => under.stop());

const callback = `/auth/oauth/${OIDC_NAME}/callback`;

describe('sign-in with an OpenID provider', () => {
  it('makes an account for a verified address, tells the mesh, and knows the person again', async () => {
    const browser = new Browser();
    const end = await signInByOidc(under, browser, 'grace');
    expect(end.location).toBe(`${under.identity.url}/account/agents`);
    const user_id = await under.whoIs(browser);
    expect(user_id).toBeDefined();

    const [user] = await under.identity.sql`
      select roles, email_verified_at is not null as verified, password_hash from users where user_id = ${user_id ?? ''}`;
    expect(user).toEqual({ roles: ['user'], verified: true, password_hash: null });
    const events = await under.identity.sql<{ event: { type: string } }[]>`select event from outbox`;
    expect(events.map(({ event }) => event.type)).toContain('florin.identity.user.registered.v1');

    const again = new Browser();
    await signInByOidc(under, again, 'grace');
    expect(await under.whoIs(again)).toBe(user_id);
  });
});
