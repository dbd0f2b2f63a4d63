import { newId } from '@florin/chassis';
import { type TestClock, testClock } from '@florin/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../support/approvals.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf } from '../support/limits.js';

let identity: IdentityUnderTest;
let clock: TestClock;
let agent: Awaited<ReturnType<typeof agentOf>>;
let people = 0;

beforeAll(async () => {
  clock = testClock();
  identity = await startIdentityUnderTest('set_agent_limits', { now: clock.now });
});
afterAll(() => identity?.stop());
beforeEach(async () => {
  people += 1;
  agent = await agentOf(identity, `person${people}@example.com`);
});

const limits = { per_transaction: '20.00', per_day: '100.00', currency: 'USD' };

interface Answer {
  status: string;
  approval?: { approval_id: string };
}

async function set(args: object, mesh_token = agent.mesh_token): Promise<Answer> {
  const given = { agent_id: agent.agent_id, ...limits, ...args };
  return (await identity.call('tool', 'set_agent_limits', given, mesh_token)) as unknown as Answer;
}

async function approved(args: object = {}): Promise<string> {
  const approval_id = (await set(args)).approval?.approval_id ?? '';
  await decide(identity, agent.user_id, approval_id, 'granted', clock.now());
  return approval_id;
}

async function shown() {
  const access = await identity.exchange(agent.access_token);
  const { agents } = await identity.call('tool', 'list_agents', {}, access);
  return (agents as Record<string, unknown>[])[0];
}

describe('set_agent_limits', () => {
  it('changes nothing until the person has approved it, and then exactly that', async () => {
    const asked = await set({ allowed_tools: ['list_agents', 'set_agent_limits'] });
    expect(asked).toEqual({
      status: 'approval_required',
      agent_id: agent.agent_id,
      approval: {
        approval_id: expect.stringMatching(/^apr_/),
        approval_url: expect.stringContaining(`${identity.url}/approvals/apr_`),
        expires_at: expect.any(String),
      },
      next_step: expect.stringContaining('Show approval_url to the person'),
    });
    expect(await shown()).not.toHaveProperty('limits');

    const approval_id = asked.approval?.approval_id ?? '';
    await decide(identity, agent.user_id, approval_id, 'granted', clock.now());
    const done = await set({ allowed_tools: ['set_agent_limits', 'list_agents'], approval_id });
    expect(done).toEqual({
      status: 'done',
      agent_id: agent.agent_id,
      limits: {
        per_transaction: { amount: '20.00', currency: 'USD' },
        per_day: { amount: '100.00', currency: 'USD' },
      },
      allowed_tools: ['list_agents', 'set_agent_limits'],
    });
    expect(await shown()).toMatchObject({ limits: { per_day: { amount: '100.00' } } });
  });

  it('ends the tokens that do not know of the limits, and the next ones carry them', async () => {
    const old = agent.mesh_token;
    const approval_id = await approved({ allowed_tools: ['list_agents'] });
    await set({ allowed_tools: ['list_agents'], approval_id });
    await vi.waitFor(
      () =>
        expect(identity.call('tool', 'list_agents', {}, old)).rejects.toMatchObject({
          reason: 'INVALID_TOKEN',
        }),
      { timeout: 3_000, interval: 50 },
    );
    const next = await identity.exchange(agent.access_token);
    expect(decodeJwt(next)).toMatchObject({ agent_id: agent.agent_id, limits: true, tools: ['list_agents'] });
    expect(await identity.call('tool', 'list_agents', {}, next)).toBeDefined();
    for (const [kind, name] of [
      ['tool', 'list_sessions'],
      ['tool', 'set_agent_limits'],
      ['resource', 'users://me/profile'],
    ] as const) {
      const refused = identity.call(kind, name, {}, next);
      await expect(refused).rejects.toMatchObject({ reason: 'TOOL_NOT_ALLOWED' });
    }
  });

  // proves: agent-cannot-widen
  it.each([
    ['a higher cap', { per_day: '100000.00' }],
    ['another currency', { currency: 'EUR' }],
    ['more tools', { allowed_tools: ['initiate_payment'] }],
  ])('gives %s to nobody for the approval of something less', async (_name, wider) => {
    const approval_id = await approved({ allowed_tools: [] });
    const refused = set({ allowed_tools: [], ...wider, approval_id });
    await expect(refused).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
    expect(await shown()).not.toHaveProperty('limits');
  });

  it('does not come back by an old approval after the person has changed their mind', async () => {
    const approval_id = await approved();
    expect(await set({ approval_id })).toMatchObject({ status: 'done' });
    const fresh = await identity.exchange(agent.access_token);
    await expect(set({ approval_id }, fresh)).rejects.toMatchObject({ reason: 'APPROVAL_USED' });
  });

  it('is approved by the owner alone: another person, or a second agent of theirs, has nothing of it', async () => {
    const approval_id = await approved();
    const ben = await agentOf(identity, `ben${people}@example.com`);
    const foreign = set({ approval_id }, ben.mesh_token);
    await expect(foreign).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    const own = set({ agent_id: ben.agent_id, approval_id }, ben.mesh_token);
    await expect(own).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
  });

  it.each([
    ['an agent that never was', { agent_id: newId('agt') }, 'NOT_FOUND'],
    ['more at a time than in a day', { per_transaction: '100.01' }, 'INVALID_ARGUMENT'],
    ['nothing', { per_day: '0.00' }, 'INVALID_ARGUMENT'],
    ['more decimals than the currency has', { currency: 'JPY' }, 'INVALID_ARGUMENT'],
    ['what is no tool', { allowed_tools: ['Pay everything'] }, 'INVALID_ARGUMENT'],
    [
      'fifty-one tools',
      { allowed_tools: Array.from({ length: 51 }, (_, n) => `tool_${n}`) },
      'INVALID_ARGUMENT',
    ],
  ])('refuses %s before the person is asked', async (_name, wrong, reason) => {
    await expect(set(wrong)).rejects.toMatchObject({ reason });
  });

  it('asks about fifty tools without cutting one off', async () => {
    const allowed_tools = Array.from({ length: 50 }, (_, n) => `a_tool_with_a_rather_long_name_${n}`);
    expect(await set({ allowed_tools })).toMatchObject({ status: 'approval_required' });
  });
});
