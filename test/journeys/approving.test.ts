import type { Mesh } from '@florin/local';
import { Client, type ElicitResult, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, signInBrowser } from '../support/browser.js';
import { startTestMesh } from '../support/mesh.js';
import { newPerson, type Person } from '../support/people.js';

let mesh: Mesh;
let person: Person;
let browser: Browser;

beforeAll(async () => {
  mesh = await startTestMesh();
  person = await newPerson(mesh, 'Ada Approver');
  browser = await signInBrowser(mesh, person);
});
afterAll(async () => {
  await person?.mcp.close();
  await mesh?.stop();
});

/** The official client, with a person in front of it whose browser it opens. */
async function inFrontOf(
  mode: 'legacy' | { pin: string },
  open: (url: string) => Promise<ElicitResult>,
): Promise<Client> {
  const client = new Client(
    { name: 'florin-tests', version: '1.0.0' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode } },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => open('url' in params ? params.url : ''));
  const headers = { authorization: `Bearer ${person.access_token}` };
  const transport = new StreamableHTTPClientTransport(new URL(mesh.mcp_url), { requestInit: { headers } });
  await client.connect(transport);
  return client;
}

const change = (phone: string) => ({ name: 'update_user_profile', arguments: { profile_data: { phone } } });
const phone = async () => (await person.mcp.read<{ phone?: string }>('users://me/profile')).phone;

// proves: approval-on-every-client
describe.each([
  ['2026-07-28', { pin: '2026-07-28' }, '+493012345'],
  ['2025-11-25', 'legacy', '+493054321'],
] as const)('a client of %s that opens pages', (_revision, mode, number) => {
  it('shows the person what needs their approval, and goes on once they have given it', async () => {
    const client = await inFrontOf(mode, async (url) => {
      setTimeout(() => void browser.submit(url, { decision: 'granted' }), 100);
      return { action: 'accept' };
    });
    const { structuredContent } = await client.callTool(change(number));
    expect(structuredContent).toEqual({ status: 'done' });
    expect(await phone()).toBe(number);
    await client.close();
  });

  it('is refused when they say no, whatever it answers itself', async () => {
    const client = await inFrontOf(mode, async (url) => {
      await browser.submit(url, { decision: 'denied' });
      return { action: 'accept' };
    });
    const { isError, structuredContent } = await client.callTool(change('+493099999'));
    expect(isError).toBe(true);
    expect(structuredContent).toMatchObject({ error: { reason: 'APPROVAL_DENIED' } });
    expect(await phone()).toBe(number);
    await client.close();
  });
});

describe('a client that opens no pages', () => {
  it('is given the link, and repeats its call when the person has approved', async () => {
    const asked = await person.mcp.call<{ approval: { approval_id: string; approval_url: string } }>(
      'update_user_profile',
      { profile_data: { phone: '+493077777' } },
    );
    await browser.submit(asked.approval.approval_url, { decision: 'granted' });
    const { approval_id } = asked.approval;
    const again = { profile_data: { phone: '+493077777' }, approval_id };
    expect(await person.mcp.call('update_user_profile', again)).toEqual({ status: 'done' });
    expect(await phone()).toBe('+493077777');
  });
});
