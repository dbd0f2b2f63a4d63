import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('end_session');
  await identity.register('ada@example.com');
  await identity.register('ben@example.com');
});
afterAll(() => identity.stop());

async function signIn(email: string) {
  const { access_token, refresh_token } = await identity.signIn(email);
  const mesh_token = await identity.exchange(access_token);
  return { access_token, refresh_token, mesh_token, session_id: String(decodeJwt(access_token).sid) };
}

function end(mesh_token: string, args: object = {}) {
  return identity.call('tool', 'end_session', args, mesh_token);
}

async function revoked() {
  const rows = await identity.sql<{ event: { data: { session_id: string; reason: string } } }[]>`
    select event from outbox where event->>'type' = 'florin.identity.session.revoked.v1'`;
  return rows.map(({ event }) => event.data);
}

describe('end_session', () => {
  it('ends the present session: none of its tokens is honoured, and an event says so', async () => {
    const session = await signIn('ada@example.com');
    expect(await end(session.mesh_token)).toEqual({ ended: 1 });
    await expect(identity.exchange(session.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const refreshed = identity.call('tool', 'refresh_token', { refresh_token: session.refresh_token });
    await expect(refreshed).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    expect(await revoked()).toContainEqual(
      expect.objectContaining({ session_id: session.session_id, reason: 'logged_out' }),
    );
  });

  it('ends another session of the same person, once', async () => {
    const [here, there] = [await signIn('ada@example.com'), await signIn('ada@example.com')];
    expect(await end(here.mesh_token, { session_id: there.session_id })).toEqual({ ended: 1 });
    expect(await end(here.mesh_token, { session_id: there.session_id })).toEqual({ ended: 0 });
    await expect(identity.exchange(there.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    expect(await identity.exchange(here.access_token)).toEqual(expect.any(String));
    const events = (await revoked()).filter(({ session_id }) => session_id === there.session_id);
    expect(events).toHaveLength(1);
  });

  it("answers another person's session as one that never was, and ends nothing", async () => {
    const [ada, ben] = [await signIn('ada@example.com'), await signIn('ben@example.com')];
    const before = await revoked();
    const answer = (session_id: string) =>
      end(ada.mesh_token, { session_id }).catch(({ code, reason, message }) => ({ code, reason, message }));
    const foreign = await answer(ben.session_id);
    expect(foreign).toMatchObject({ code: 'NOT_FOUND', reason: 'NOT_FOUND' });
    expect(foreign).toEqual(await answer('ses_01jd5c3k8qf6t9w2x4y7z0a1b2'));
    expect(await identity.exchange(ben.access_token)).toEqual(expect.any(String));
    expect(await revoked()).toEqual(before);
  });

  it('ends all sessions of the person, and nobody else’s', async () => {
    const [ada, again, ben] = [
      await signIn('ada@example.com'),
      await signIn('ada@example.com'),
      await signIn('ben@example.com'),
    ];
    const { ended } = await end(ada.mesh_token, { session_id: 'all' });
    expect(ended).toBeGreaterThanOrEqual(2);
    await expect(identity.exchange(again.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    expect(await identity.exchange(ben.access_token)).toEqual(expect.any(String));
  });

  it('refuses what is no session id', async () => {
    const { mesh_token } = await signIn('ada@example.com');
    const refused = end(mesh_token, { session_id: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2' });
    await expect(refused).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      message: expect.stringContaining('session_id must be "all" or an id that starts with "ses_"'),
    });
  });
});
