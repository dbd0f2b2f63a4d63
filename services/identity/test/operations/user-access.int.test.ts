import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { personWith, type SignedIn } from '../support/people-under-test.js';

let identity: IdentityUnderTest;
let root: SignedIn;
let count = 0;

beforeAll(async () => {
  identity = await startIdentityUnderTest('user_access');
});
afterAll(() => identity.stop());
beforeEach(async () => {
  await identity.sql`update users set roles = '{user}', suspended_at = null, access_changed_at = null`;
  root = await newAdmin();
});

const newAdmin = () => personWith(identity, `admin${count++}@example.com`, 'admin');
const newUser = () => personWith(identity, `user${count++}@example.com`);
const call = (by: SignedIn, name: string, args: object) => identity.call('tool', name, args, by.mesh_token);

async function events(user_id: string) {
  const rows = await identity.sql<{ event: { type: string; data: object } }[]>`
    select event from outbox where event->>'subject' = ${user_id} order by position`;
  return rows.map(({ event: { type, data } }) => ({ type, data }));
}

const activeAdmins = async () => {
  const [row] = await identity.sql<{ count: number }[]>`
    select count(*)::int as count from users where 'admin' = any(roles) and suspended_at is null`;
  return row?.count;
};

describe('set_user_roles', () => {
  it('gives and takes roles, and an event says who did it', async () => {
    const user = await newUser();
    const given = await call(root, 'set_user_roles', { user_id: user.user_id, roles: ['developer'] });
    expect(given).toEqual({ user_id: user.user_id, roles: ['user', 'developer'] });
    expect(await events(user.user_id)).toContainEqual({
      type: 'florin.identity.user.updated.v1',
      data: { user_id: user.user_id, changed: ['roles'], by: root.user_id },
    });
    await call(root, 'set_user_roles', { user_id: user.user_id, roles: [] });
    expect(decodeJwt(await identity.exchange(user.access_token)).roles).toEqual(['user']);
  });

  it('that changes nothing says nothing', async () => {
    const user = await newUser();
    const before = await events(user.user_id);
    await call(root, 'set_user_roles', { user_id: user.user_id, roles: ['user'] });
    expect(await events(user.user_id)).toEqual(before);
  });

  it('is refused to who is no admin, and for who does not exist', async () => {
    const user = await newUser();
    const own = call(user, 'set_user_roles', { user_id: user.user_id, roles: ['admin'] });
    await expect(own).rejects.toMatchObject({ reason: 'INSUFFICIENT_SCOPE' });
    const nobody = call(root, 'set_user_roles', { user_id: 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2', roles: [] });
    await expect(nobody).rejects.toMatchObject({ reason: 'NOT_FOUND' });
  });
});

describe('suspend_user', () => {
  it('ends sessions and refuses the password, until the person is let in again', async () => {
    const user = await newUser();
    const email = `user${count - 1}@example.com`;
    expect(await call(root, 'suspend_user', { user_id: user.user_id })).toMatchObject({ suspended: true });
    await expect(identity.exchange(user.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    await expect(identity.signIn(email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    expect(await events(user.user_id)).toContainEqual({
      type: 'florin.identity.user.suspended.v1',
      data: { user_id: user.user_id, by: root.user_id },
    });

    await call(root, 'suspend_user', { user_id: user.user_id, suspended: false });
    // What was ended stays ended.
    await expect(identity.exchange(user.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const { access_token } = await identity.signIn(email);
    const mesh_token = await identity.exchange(access_token);
    expect(await identity.read('users://me/profile', mesh_token)).toMatchObject({ user_id: user.user_id });
  });
});

// proves: last-admin
describe('the last admin', () => {
  it('neither loses the role nor is suspended', async () => {
    const { user_id } = root;
    for (const [name, args] of [
      ['set_user_roles', { user_id, roles: [] }],
      ['suspend_user', { user_id }],
    ] as const) {
      await expect(call(root, name, args)).rejects.toMatchObject({ reason: 'LAST_ADMIN' });
    }
    expect(await activeAdmins()).toBe(1);
  });

  it('is one of two who remove each other at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await newAdmin();
      const outcomes = await Promise.allSettled([
        call(root, 'set_user_roles', { user_id: other.user_id, roles: [] }),
        call(other, round % 2 ? 'set_user_roles' : 'suspend_user', {
          user_id: root.user_id,
          ...(round % 2 && { roles: [] }),
        }),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await activeAdmins()).toBe(1);
      await identity.sql`update users set roles = '{user}', suspended_at = null, access_changed_at = null`;
      root = await newAdmin();
    }
  });
});

describe('list_users', () => {
  it('shows everybody once, over all pages, and finds one by address', async () => {
    await newUser();
    const seen: string[] = [];
    let page_token: unknown;
    do {
      const page = await call(root, 'list_users', {
        page_size: 3,
        ...(page_token !== undefined && { page_token }),
      });
      seen.push(...(page.users as { user_id: string }[]).map(({ user_id }) => user_id));
      page_token = page.next_page_token;
    } while (page_token !== undefined);
    const [row] = await identity.sql<{ count: number }[]>`select count(*)::int as count from users`;
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(row?.count ?? -1);

    const user = await newUser();
    const found = await call(root, 'list_users', { email: `user${count - 1}@example.com` });
    expect(found.users).toMatchObject([{ user_id: user.user_id, full_name: 'Ada', roles: ['user'] }]);
  });

  it('is refused to who is no admin', async () => {
    const listed = call(await newUser(), 'list_users', {});
    await expect(listed).rejects.toMatchObject({ reason: 'INSUFFICIENT_SCOPE' });
  });
});
