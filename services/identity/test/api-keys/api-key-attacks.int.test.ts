import { createHash } from 'node:crypto';
import { idToUuid } from '@florin/chassis';
import { testClock } from '@florin/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newApiKey } from '../../src/api-keys/api-key.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { callApproved, makeKey, personWith, type SignedIn } from '../support/people-under-test.js';

const clock = testClock(new Date());
let identity: IdentityUnderTest;
let dev: SignedIn;

beforeAll(async () => {
  identity = await startIdentityUnderTest('api_key_attacks', { now: clock.now });
  dev = await personWith(identity, 'dev@example.com', 'developer');
});
afterAll(() => identity.stop());

const call = (name: string, args: object, mesh_token = dev.mesh_token) =>
  identity.call('tool', name, args, mesh_token);
const show = (api_key: string, client_ip?: string) => identity.exchange(api_key, 'gateway', client_ip);
const refused = { reason: 'INVALID_TOKEN' };

/** With one character of the secret changed, and the checksum made right again or left wrong. */
function forge(api_key: string, at: number): string {
  const other = api_key[at] === 'a' ? 'b' : 'a';
  return `${api_key.slice(0, at)}${other}${api_key.slice(at + 1)}`;
}

// proves: api-key-attacks
describe('an API key', () => {
  it('opens what it may, for its owner, as the agent that made it', async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    expect(decodeJwt(await show(api_key))).toMatchObject({
      sub: dev.user_id,
      client_id: 'florin-password',
      key_id,
      scope: 'banking:read',
      amr: [],
    });
  });

  it('is of a form that scanners know, and is kept as a hash alone', async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    expect(api_key).toMatch(/^fl_sim_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/);
    const [row] = await identity.sql`select * from api_keys where key_id = ${idToUuid(key_id, 'key')}`;
    const secret = api_key.slice(-49, -6);
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row?.secret_hash).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(JSON.stringify(await call('list_api_keys', {}))).not.toContain(secret);
  });

  const forgeries: [string, (api_key: string) => string][] = [
    ['with a wrong checksum', (key) => forge(key, key.length - 1)],
    ['with another secret', (key) => forge(key, key.length - 20)],
    ['with another public id', (key) => forge(key, 10)],
    ['that was cut short', (key) => key.slice(0, -7)],
    ['that is longer', (key) => `${key}a`],
    ['without its secret', (key) => key.slice(0, 24)],
    ['of another environment', (key) => key.replace('fl_sim_', 'fl_live_')],
    ['that was well made by somebody else', () => newApiKey('sim', 'A'.repeat(16)).api_key],
    [
      'with the public id of another and a well made secret',
      (key) => newApiKey('sim', key.slice(7, 23)).api_key,
    ],
    ['in another case', (key) => key.toUpperCase()],
  ];
  it.each(forgeries)('%s is refused', async (_name, change) => {
    const { api_key } = await makeKey(identity, dev.mesh_token);
    await expect(show(change(api_key))).rejects.toMatchObject(refused);
    expect(await show(api_key)).toEqual(expect.any(String));
  });

  it('that was revoked is refused, and so is revoking it again', async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    await call('revoke_api_key', { key_id });
    await expect(show(api_key)).rejects.toMatchObject(refused);
    await expect(call('revoke_api_key', { key_id })).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });

  it('that has expired is refused, and opens nothing beyond its time by a token from before', async () => {
    const expires_ms = clock.now().getTime() + 60_000;
    const { api_key } = await makeKey(identity, dev.mesh_token, {
      expiration: new Date(expires_ms).toISOString(),
    });
    expect(decodeJwt(await show(api_key)).exp).toBe(Math.floor(expires_ms / 1_000));
    clock.advance(60_000);
    await expect(show(api_key)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  it('that was rotated works until its grace is over, and so do tokens of it; the new one works on', async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    const grace_ends_s = Math.floor(clock.now().getTime() / 1_000) + 30;
    const rotated = await call('rotate_api_key', { key_id, grace_period_seconds: 30 });
    expect(decodeJwt(await show(api_key)).exp).toBeLessThanOrEqual(grace_ends_s);
    clock.advance(30_000);
    await expect(show(api_key)).rejects.toMatchObject(refused);
    expect(await show(String(rotated.api_key))).toEqual(expect.any(String));
  });

  it('that was rotated without grace is refused at once', async () => {
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token);
    const { api_key: next } = await call('rotate_api_key', { key_id });
    await expect(show(api_key)).rejects.toMatchObject(refused);
    const [before, after] = [api_key, String(next)].map((key) => key.slice(0, 24));
    expect(after).toBe(before);
  });

  it('works from its addresses only', async () => {
    const { api_key } = await makeKey(identity, dev.mesh_token, {
      allowed_ips: ['203.0.113.0/24', '2001:db8::/32'],
    });
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1']) {
      expect(await show(api_key, address)).toEqual(expect.any(String));
    }
    for (const address of ['203.0.114.7', '2001:db9::1', '', 'localhost']) {
      await expect(show(api_key, address)).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
    }
  });

  it('of somebody who is suspended is refused', async () => {
    const owner = await personWith(identity, 'sue@example.com', 'developer');
    const { api_key } = await makeKey(identity, owner.mesh_token);
    await identity.suspend(owner.user_id);
    await expect(show(api_key)).rejects.toMatchObject(refused);
  });

  it('loses what its owner loses', async () => {
    const owner = await personWith(identity, 'loser@example.com', 'developer', 'analyst');
    const { api_key } = await makeKey(identity, owner.mesh_token, {
      permissions: ['fraud:review', 'banking:read'],
    });
    expect(decodeJwt(await show(api_key)).scope).toBe('banking:read fraud:review');
    await identity.sql`update users set roles = '{user}' where user_id = ${idToUuid(owner.user_id, 'usr')}`;
    expect(decodeJwt(await show(api_key))).toMatchObject({ scope: 'banking:read', roles: ['user'] });
  });

  it('is held to the limits of the agent that made it, in all tokens of it from then on', async () => {
    const owner = await personWith(identity, 'capped@example.com', 'developer');
    const { api_key } = await makeKey(identity, owner.mesh_token);
    expect(decodeJwt(await show(api_key))).not.toHaveProperty('tools');
    await identity.sql`
      update agents set allowed_tools = '{list_accounts}', limits_set_at = now()
      where user_id = ${idToUuid(owner.user_id, 'usr')}`;
    expect(decodeJwt(await show(api_key))).toMatchObject({
      agent_id: expect.stringMatching(/^agt_/),
      tools: ['list_accounts'],
    });
  });

  it("of an admin has the admin's role only where it was given all of it", async () => {
    const admin = await personWith(identity, 'adm@example.com', 'developer', 'admin');
    const { api_key } = await makeKey(identity, admin.mesh_token);
    expect(decodeJwt(await show(api_key)).roles).toEqual(['user']);
  });
});

// proves: api-key-no-escalation
describe('nobody makes a key that can do more than themselves', () => {
  it('by asking for what they do not have', async () => {
    const args = { name: 'x', permissions: ['banking:read', 'admin'] };
    await expect(call('generate_api_key', args)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
      details: { missing_permissions: ['admin'] },
    });
  });

  it('by widening a key', async () => {
    const { key_id } = await makeKey(identity, dev.mesh_token);
    const args = { key_id, permissions: ['banking:read', 'admin'] };
    await expect(call('update_api_key_permissions', args)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
  });

  it('without the approval of the person: neither a new key nor a wider one', async () => {
    const asked = await call('generate_api_key', { name: 'x', permissions: ['banking:read'] });
    expect(asked).toMatchObject({ status: 'approval_required' });
    expect(asked).not.toHaveProperty('api_key');
    const { key_id, api_key } = await makeKey(identity, dev.mesh_token);
    const wider = { key_id, permissions: ['banking:read', 'banking:write'] };
    expect(await call('update_api_key_permissions', wider)).toMatchObject({ status: 'approval_required' });
    expect(decodeJwt(await show(api_key)).scope).toBe('banking:read');
    await callApproved(identity, 'update_api_key_permissions', wider, dev.mesh_token);
    expect(decodeJwt(await show(api_key)).scope).toBe('banking:read banking:write');
  });

  it('by an approval for other permissions', async () => {
    const asked = await call('generate_api_key', { name: 'x', permissions: ['banking:read'] });
    const { approval_id } = asked.approval as { approval_id: string };
    await identity.sql`
      update approvals set decision = 'granted', decided_at = created_at
      where approval_id = ${idToUuid(approval_id, 'apr')}`;
    const more = { name: 'x', permissions: ['banking:read', 'banking:write'], approval_id };
    await expect(call('generate_api_key', more)).rejects.toMatchObject({ reason: 'APPROVAL_MISMATCH' });
  });

  it('by one approval for two keys', async () => {
    const args = { name: 'twice', permissions: ['banking:read'] };
    const asked = await call('generate_api_key', args);
    const { approval_id } = asked.approval as { approval_id: string };
    await identity.sql`
      update approvals set decision = 'granted', decided_at = created_at
      where approval_id = ${idToUuid(approval_id, 'apr')}`;
    const racers = [1, 2].map(() => call('generate_api_key', { ...args, approval_id }));
    const outcomes = (await Promise.allSettled(racers)).map(({ status }) => status);
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('by a key: it stays within its permissions, time, addresses and rate', async () => {
    const soon = new Date(clock.now().getTime() + 3_600_000).toISOString();
    const later = new Date(clock.now().getTime() + 7_200_000).toISOString();
    const { api_key } = await makeKey(identity, dev.mesh_token, {
      permissions: ['keys:manage', 'banking:read'],
      expiration: soon,
      allowed_ips: ['192.0.2.1'],
      requests_per_minute: 10,
    });
    const mesh_token = await show(api_key);
    const make = (args: object) =>
      call('generate_api_key', { name: 'child', permissions: ['banking:read'], ...args }, mesh_token);
    for (const beyond of [
      { permissions: ['banking:write'] },
      { expiration: later },
      { allowed_ips: ['198.51.100.1'] },
      { requests_per_minute: 11 },
    ]) {
      await expect(make(beyond)).rejects.toMatchObject({ reason: 'PERMISSION_DENIED' });
    }
    const { key_id } = await makeKey(identity, mesh_token);
    const [row] = await identity.sql`
      select expires_at, allowed_ips, requests_per_minute from api_keys where key_id = ${idToUuid(key_id, 'key')}`;
    expect(row).toEqual({ expires_at: new Date(soon), allowed_ips: ['192.0.2.1'], requests_per_minute: 10 });
  });

  it('by taking over one that can do more, or that is not its own without the person', async () => {
    const strong = await makeKey(identity, dev.mesh_token, {
      permissions: ['banking:read', 'banking:write'],
    });
    const equal = await makeKey(identity, dev.mesh_token);
    const { api_key, key_id } = await makeKey(identity, dev.mesh_token, {
      permissions: ['keys:manage', 'banking:read'],
    });
    const mesh_token = await show(api_key);
    await expect(call('rotate_api_key', { key_id: strong.key_id }, mesh_token)).rejects.toMatchObject({
      reason: 'PERMISSION_DENIED',
    });
    expect(await call('rotate_api_key', { key_id: equal.key_id }, mesh_token)).toMatchObject({
      status: 'approval_required',
    });
    expect(await call('rotate_api_key', { key_id }, mesh_token)).toMatchObject({ status: 'done' });
  });

  it("by another person's key, which is answered as one that never was", async () => {
    const eve = await personWith(identity, 'eve@example.com', 'developer');
    const { key_id } = await makeKey(identity, dev.mesh_token);
    const never = 'key_01jd5c3k8qf6t9w2x4y7z0a1b2';
    const calls: [string, object][] = [
      ['revoke_api_key', {}],
      ['rotate_api_key', {}],
      ['update_api_key_permissions', { permissions: ['banking:read'] }],
    ];
    for (const [name, args] of calls) {
      const answer = (id: string) =>
        call(name, { key_id: id, ...args }, eve.mesh_token).catch(({ code, message }) => ({ code, message }));
      expect(await answer(key_id)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await answer(key_id)).toEqual(await answer(never));
    }
    expect(await call('list_api_keys', {}, eve.mesh_token)).toEqual({ api_keys: [] });
  });
});
