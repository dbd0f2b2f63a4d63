import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let ada: string;
let token: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('resources', { over: { DEMO_PEOPLE: 'true' } });
  ada = await identity.register('ada@example.com');
  token = await tokenOf('ada@example.com');
});
afterAll(() => identity.stop());

async function tokenOf(email: string, password?: string): Promise<string> {
  const signedIn =
    password === undefined
      ? await identity.signIn(email)
      : await identity.call('tool', 'authenticate_user', { username: email, password });
  return identity.exchange(String(signedIn.access_token));
}

const never = 'usr_01jd5c3k8qf6t9w2x4y7z0a1b2';

describe.each(['profile', 'permissions'])('users://{user_id}/%s', (name) => {
  it('shows the same by "me" and by the own id', async () => {
    const mine = await identity.read(`users://me/${name}`, token);
    expect(mine).toMatchObject({ user_id: ada, roles: ['user'] });
    expect(await identity.read(`users://${ada}/${name}`, token)).toEqual(mine);
  });

  it('says when it last changed', async () => {
    const { contents } = await identity.call('resource', `users://me/${name}`, {}, token);
    const [{ _meta }] = contents as [{ _meta: { lastModified: string } }];
    expect(Date.parse(_meta.lastModified)).toBeGreaterThan(Date.now() - 60_000);
  });

  it("answers another's id as one that was never issued", async () => {
    const stranger = await tokenOf('ben@florin.test', 'florin-demo-passphrase');
    const answer = (user_id: string, mesh_token: string) =>
      identity.read(`users://${user_id}/${name}`, mesh_token).catch(({ code, reason, message, details }) => ({
        code,
        reason,
        message,
        details,
      }));
    const foreign = await answer(ada, stranger);
    expect(foreign).toMatchObject({ code: 'NOT_FOUND' });
    expect(foreign).toEqual(await answer(never, stranger));
  });

  it('shows everybody to an admin, and still nobody for an unknown id', async () => {
    const admin = await tokenOf('root@florin.test', 'florin-demo-passphrase');
    expect(await identity.read(`users://${ada}/${name}`, admin)).toMatchObject({ user_id: ada });
    await expect(identity.read(`users://${never}/${name}`, admin)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('refuses who is not signed in', async () => {
    await expect(identity.read(`users://me/${name}`, '')).rejects.toMatchObject({
      reason: 'UNAUTHENTICATED',
    });
  });
});

it('opens what was sealed', async () => {
  expect(await identity.read('users://me/profile', token)).toEqual({
    user_id: ada,
    email: 'ada@example.com',
    full_name: 'Ada',
    roles: ['user'],
  });
});

it('tells which scopes the roles open', async () => {
  const analyst = await tokenOf('ana@florin.test', 'florin-demo-passphrase');
  const permissions = await identity.read('users://me/permissions', analyst);
  expect(permissions.roles).toEqual(['user', 'analyst']);
  expect(permissions.scopes).toEqual(expect.arrayContaining(['profile:read', 'fraud:review']));
  expect(permissions.scopes).not.toContain('admin');
});
