import { idToUuid, newId } from '@florin/chassis';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csrfOf, type SignedInBrowser, signedInBrowser } from '../support/browser.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf } from '../support/limits.js';
import { makeKey, personWith } from '../support/people-under-test.js';

let identity: IdentityUnderTest;
let agent: Awaited<ReturnType<typeof agentOf>>;
let browser: SignedInBrowser;
let people = 0;

beforeAll(async () => {
  identity = await startIdentityUnderTest('agents_page');
});
afterAll(() => identity?.stop());
beforeEach(async () => {
  people += 1;
  agent = await agentOf(identity, `person${people}@example.com`);
  browser = await signedInBrowser(identity, agent.user_id);
});

async function submit(path: string, fields: Record<string, string> = {}, by = browser) {
  const csrf = csrfOf((await by.get('/account/agents')).text);
  return by.submit(path, { csrf, ...fields });
}

const limitsPath = () => `/account/agents/${agent.agent_id}/limits`;
const claims = async () => decodeJwt(await identity.exchange(agent.access_token));

describe('the page of agents', () => {
  it('shows each agent and each session, and nobody else’s', async () => {
    await agentOf(identity, `ben${people}@example.com`);
    const { text } = await browser.get('/account/agents');
    expect(text.match(/<section /g)).toHaveLength(1);
    expect(text.match(/\/account\/sessions\/ses_/g)).toHaveLength(1);
    expect(text).toContain('Sign-in with a password');
    expect(text).toContain('no limits of your own');
  });

  it('sets limits by the click of the person, and shows them', async () => {
    const sent = await submit(limitsPath(), {
      per_transaction: '20',
      per_day: ' 100.00 ',
      currency: 'usd',
      allowed_tools: 'list_accounts, get_balance',
    });
    expect(sent).toMatchObject({ status: 303, location: '/account/agents' });
    const { text } = await browser.get('/account/agents');
    expect(text).toContain('20.00 USD at a time, 100.00 USD in a day (UTC)');
    expect(text).toContain('<dd>get_balance, list_accounts</dd>');
    expect(await claims()).toMatchObject({ limits: true, tools: ['get_balance', 'list_accounts'] });
  });

  it('takes limits away by an empty form', async () => {
    await submit(limitsPath(), {
      per_transaction: '20',
      per_day: '100',
      currency: 'USD',
      allowed_tools: 'x',
    });
    await submit(limitsPath(), { per_transaction: '', per_day: '', currency: 'USD', allowed_tools: '' });
    expect(await claims()).not.toHaveProperty('limits');
    expect(await claims()).not.toHaveProperty('tools');
  });

  it.each([
    ['no amount', { per_transaction: 'plenty', per_day: '100', currency: 'USD' }],
    ['more at a time than in a day', { per_transaction: '101', per_day: '100', currency: 'USD' }],
    ['one amount alone', { per_transaction: '', per_day: '100', currency: 'USD' }],
    ['no currency', { per_transaction: '1', per_day: '100', currency: 'gold' }],
    ['no tool', { per_transaction: '', per_day: '', currency: '', allowed_tools: 'Pay!' }],
  ])('refuses %s, and leaves the limits as they are', async (_name, fields) => {
    expect((await submit(limitsPath(), fields)).status).toBe(400);
    expect(await claims()).not.toHaveProperty('limits');
  });

  it('ends one session', async () => {
    const { sid } = decodeJwt(agent.access_token);
    await submit(`/account/sessions/${sid}/end`);
    await expect(identity.exchange(agent.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('removes an agent with all its sessions and keys, and keeps its limits for when it comes back', async () => {
    const email = `dev${people}@example.com`;
    const dev = await personWith(identity, email, 'developer');
    const key = await makeKey(identity, dev.mesh_token);
    const { agent_id } = decodeJwt(dev.mesh_token);
    const devs = await signedInBrowser(identity, dev.user_id);
    const limits = { per_transaction: '1', per_day: '1', currency: 'USD' };
    await submit(`/account/agents/${agent_id}/limits`, limits, devs);
    await submit(`/account/agents/${agent_id}/remove`, {}, devs);
    for (const credential of [dev.access_token, key.api_key]) {
      await expect(identity.exchange(credential)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    }
    const back = decodeJwt(await identity.exchange((await identity.signIn(email)).access_token));
    expect(back).toMatchObject({ agent_id, limits: true });
  });

  // proves: agent-cannot-widen
  it('opens to no token of the person, and is changed by none', async () => {
    for (const token of [agent.access_token, agent.mesh_token]) {
      for (const method of ['GET', 'POST']) {
        const path = method === 'GET' ? '/account/agents' : limitsPath();
        const response = await fetch(`${identity.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, origin: identity.url, cookie: browser.cookie },
          redirect: 'manual',
        });
        expect(response.status).toBe(403);
      }
    }
  });

  it('answers another person’s ids as ids that never were', async () => {
    const ben = await agentOf(identity, `ben${people}@example.com`);
    const { sid } = decodeJwt(ben.access_token);
    const strip = (text: string) => text.replace(/req_[\w-]+/g, '');
    for (const [theirs, nobodys] of [
      [`/account/agents/${ben.agent_id}/limits`, `/account/agents/${newId('agt')}/limits`],
      [`/account/agents/${ben.agent_id}/remove`, '/account/agents/nonsense/remove'],
      [`/account/sessions/${sid}/end`, `/account/sessions/${newId('ses')}/end`],
    ] as const) {
      const [foreign, none] = [await submit(theirs), await submit(nobodys)];
      expect(foreign.status).toBe(404);
      expect(strip(foreign.text)).toBe(strip(none.text));
    }
    expect(await identity.exchange(ben.access_token)).toEqual(expect.any(String));
  });

  it('changes nothing for a form of another site, or without a fresh second factor where one is enrolled', async () => {
    const { csrf, limits } = { csrf: 'x'.repeat(43), limits: { per_transaction: '', per_day: '' } };
    expect((await browser.submit(limitsPath(), { csrf, ...limits })).status).toBe(403);
    await identity.sql`insert into totp_factors (user_id, secret, created_at, confirmed_at)
      values (${idToUuid(agent.user_id, 'usr')}, 'x', now(), now())`;
    const sent = await submit(limitsPath(), limits);
    expect(sent.location).toBe(`/sign-in?fresh&return_to=${encodeURIComponent('/account/agents')}`);
  });
});

describe('a key', () => {
  it('has the limits and the tools of the agent that made it', async () => {
    const dev = await personWith(identity, `kim${people}@example.com`, 'developer');
    const { api_key } = await makeKey(identity, dev.mesh_token);
    const { agent_id } = decodeJwt(dev.mesh_token);
    expect(decodeJwt(await identity.exchange(api_key))).toMatchObject({ agent_id });
    const devs = await signedInBrowser(identity, dev.user_id);
    const limits = { per_transaction: '1', per_day: '1', currency: 'USD', allowed_tools: 'list_accounts' };
    await submit(`/account/agents/${agent_id}/limits`, limits, devs);
    expect(decodeJwt(await identity.exchange(api_key))).toMatchObject({
      agent_id,
      limits: true,
      tools: ['list_accounts'],
    });
  });
});
