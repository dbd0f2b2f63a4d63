import type { Mesh } from '@florin/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, browserWith, signInBrowser } from '../support/browser.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;
let agent_id: string;
let browser: Browser;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh, 'Paula Person');
  const { agents } = await person.mcp.call<{ agents: { agent_id: string }[] }>('list_agents');
  agent_id = agents[0]?.agent_id ?? '';
  browser = await signInBrowser(mesh, person);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

/** What the person does at the page of agents. */
async function limitTools(allowed_tools: string): Promise<void> {
  const fields = { per_transaction: '', per_day: '', currency: 'USD', allowed_tools };
  const sent = await browser.submit('/account/agents', fields, `/account/agents/${agent_id}/limits`);
  expect(sent.status).toBe(303);
}

const limits = () => ({ agent_id, per_transaction: '1.00', per_day: '1000000.00', currency: 'USD' });

describe('a hostile agent with a good token', () => {
  // proves: agent-cannot-widen
  // proves: approval-by-person
  it('cannot grant what it has asked for, nor use what was not granted', async () => {
    const asked = await person.mcp.call<{ approval: { approval_id: string } }>('set_agent_limits', limits());
    const { approval_id } = asked.approval;
    const bearer = { authorization: `Bearer ${person.access_token}` };
    for (const credential of [bearer, { cookie: `florin=${person.access_token}` }]) {
      const agents = browserWith(mesh, credential);
      const sent = await agents.submit(`/approvals/${approval_id}`, { decision: 'granted' });
      expect([303, 403]).toContain(sent.status);
    }
    const again = await person.mcp.call<{ status: string }>('set_agent_limits', { ...limits(), approval_id });
    expect(again.status).toBe('approval_required');
    const other = { ...limits(), per_day: '2000000.00', approval_id };
    expect(await person.mcp.refused('set_agent_limits', other)).toMatchObject({
      reason: 'APPROVAL_MISMATCH',
    });
  });

  // proves: agent-tools
  it('has lost the tools that the person took, at every service, within a second', async () => {
    await person.mcp.call('list_accounts');
    await limitTools('get_mesh_status');
    const limited_ms = performance.now();
    const passed_ms = () => performance.now() - limited_ms;
    let reason: string | undefined;
    do {
      const result = await person.mcp.client.callTool({ name: 'list_accounts', arguments: {} });
      reason = (result.structuredContent as { error?: { reason: string } }).error?.reason;
      if (reason === undefined) expect(passed_ms()).toBeLessThan(1_000);
      // A service that hears of it before the gateway does refuses the token that the gateway still has.
      else expect(['TOOL_NOT_ALLOWED', 'INVALID_TOKEN']).toContain(reason);
    } while (reason !== 'TOOL_NOT_ALLOWED' && passed_ms() < 5_000);
    expect(reason).toBe('TOOL_NOT_ALLOWED');
    expect(await person.mcp.refused('set_agent_limits', limits())).toMatchObject({
      reason: 'TOOL_NOT_ALLOWED',
    });
    await expect(person.mcp.read('banking://me/accounts')).rejects.toThrow('does not let this agent use');
  });

  it('has them back when the person gives them back', async () => {
    await limitTools('');
    await expect
      .poll(
        () =>
          person.mcp.client
            .callTool({ name: 'list_accounts', arguments: {} })
            .then(({ isError }) => isError === true),
        { timeout: 3_000, interval: 50 },
      )
      .toBe(false);
  });
});
