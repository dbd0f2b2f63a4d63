import { idToUuid } from '@florin/chassis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;
let user_id: string;
let mesh_token: string;

beforeAll(async () => {
  identity = await startIdentityUnderTest('update_profile');
  await identity.register('taken@example.com');
  user_id = await identity.register('ada@example.com');
  mesh_token = await identity.exchange((await identity.signIn('ada@example.com')).access_token);
});
afterAll(() => identity.stop());

const update = (profile_data: object, more: object = {}) =>
  identity.call('tool', 'update_user_profile', { profile_data, ...more }, mesh_token);
const profile = () => identity.read('users://me/profile', mesh_token);

async function granted(asked: Record<string, unknown>): Promise<{ approval_id: string }> {
  const { approval_id } = asked.approval as { approval_id: string };
  await identity.sql`
    update approvals set decision = 'granted', decided_at = now()
    where approval_id = ${idToUuid(approval_id, 'apr')}`;
  return { approval_id };
}

describe('update_user_profile', () => {
  it('changes what is said, leaves the rest, and tells others which fields in an event', async () => {
    const change = { full_name: 'Ada Byron', address: '1 Quiet Lane', time_zone: 'Europe/Berlin' };
    expect(await update(change)).toEqual({ status: 'done' });
    expect(await profile()).toMatchObject({ ...change, email: 'ada@example.com' });
    const [row] = await identity.sql`select event from outbox order by position desc limit 1`;
    expect(row?.event).toMatchObject({
      type: 'florin.identity.user.updated.v1',
      data: { user_id, changed: ['address', 'full_name', 'time_zone'] },
    });
    const rows = await identity.sql`select * from users`;
    expect(JSON.stringify([rows, row])).not.toMatch(/Byron|Quiet Lane/);
  });

  it.each([
    ['phone', { phone: '+4930123456' }],
    ['email', { email: 'lovelace@example.com' }],
  ])('changes the %s only when the person has approved exactly that', async (field, change) => {
    const before = await profile();
    const asked = await update(change);
    expect(asked.status).toBe('approval_required');
    expect(await profile()).toEqual(before);
    const approval = await granted(asked);
    await expect(update({ ...change, full_name: 'Eve' }, approval)).rejects.toMatchObject({
      reason: 'APPROVAL_MISMATCH',
    });
    expect(await update(change, approval)).toEqual({ status: 'done' });
    expect(await profile()).toMatchObject({ [field]: Object.values(change)[0] });
  });

  it('takes a new address for confirmed only when its own mail was answered', async () => {
    await identity.sql`update users set email_verified_at = now()`;
    const change = { email: 'countess@example.com' };
    await update(change, await granted(await update(change)));
    expect(await identity.read('users://me/security', mesh_token)).toMatchObject({ email_verified: false });
    await expect(identity.signIn('lovelace@example.com')).rejects.toMatchObject({
      reason: 'INVALID_CREDENTIALS',
    });
    expect(await identity.signIn('countess@example.com')).toMatchObject({ user_id });
  });

  it('does not take somebody else\u2019s address', async () => {
    const change = { email: 'TAKEN@example.com' };
    const approval = await granted(await update(change));
    await expect(update(change, approval)).rejects.toMatchObject({ reason: 'EMAIL_TAKEN' });
  });

  it.each([
    ['nothing', {}],
    ['a role', { roles: ['admin'] }],
    ['a phone number without its country', { phone: '030123456' }],
    ['a time zone that is none', { time_zone: 'Mars/Olympus' }],
    ['a language that is none', { locale: 'not a tag' }],
  ])('refuses %s', async (_name, change) => {
    await expect(update(change)).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });
});
