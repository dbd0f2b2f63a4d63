import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf } from '../support/limits.js';

let identity: IdentityUnderTest;
let ada: Awaited<ReturnType<typeof agentOf>>;

beforeAll(async () => {
  identity = await startIdentityUnderTest('list_access');
  ada = await agentOf(identity, 'ada@example.com');
  await agentOf(identity, 'ben@example.com');
});
afterAll(() => identity?.stop());

interface Sessions {
  sessions: { session_id: string; agent_id: string; client_name: string; current: boolean }[];
  next_page_token?: string;
}

async function sessions(args: object = {}) {
  return (await identity.call('tool', 'list_sessions', args, ada.mesh_token)) as unknown as Sessions;
}

describe('list_agents', () => {
  it('shows the clients that act for the person, once each, and nobody else’s', async () => {
    await identity.signIn('ada@example.com');
    const { agents } = await identity.call('tool', 'list_agents', {}, ada.mesh_token);
    expect(agents).toEqual([
      {
        agent_id: ada.agent_id,
        name: 'Sign-in with a password',
        created_at: expect.any(String),
        last_used_at: expect.any(String),
        active_sessions: 2,
      },
    ]);
  });
});

describe('list_sessions', () => {
  it('shows each session with its agent, and which one is asking', async () => {
    const listed = await sessions();
    expect(listed.sessions).toHaveLength(2);
    const current = listed.sessions.filter((session) => session.current);
    expect(current).toEqual([
      expect.objectContaining({
        session_id: decodeJwt(ada.access_token).sid,
        agent_id: ada.agent_id,
        client_name: 'Sign-in with a password',
        authentication_methods: ['pwd'],
      }),
    ]);
  });

  it('pages through all of them, each once', async () => {
    const first = await sessions({ page_size: 1 });
    const second = await sessions({ page_size: 1, page_token: first.next_page_token });
    expect(second).not.toHaveProperty('next_page_token');
    const ids = [...first.sessions, ...second.sessions].map(({ session_id }) => session_id);
    expect(new Set(ids).size).toBe(2);
    const foreign = identity.call(
      'tool',
      'list_agents',
      { page_token: first.next_page_token },
      ada.mesh_token,
    );
    await expect(foreign).rejects.toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  it('leaves out what has ended', async () => {
    const { sessions: before } = await sessions();
    const other = before.find(({ current }) => !current);
    await identity.call('tool', 'end_session', { session_id: other?.session_id }, ada.mesh_token);
    expect((await sessions()).sessions.map(({ session_id }) => session_id)).not.toContain(other?.session_id);
  });
});
