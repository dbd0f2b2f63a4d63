import { testClock } from '@florin/testkit';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

const HOUR_MS = 3_600_000;
const clock = testClock();
let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('refresh', { now: clock.now });
  await identity.register('ada@example.com');
});
afterAll(() => identity.stop());

async function refresh(refresh_token: string) {
  const result = await identity.call('tool', 'refresh_token', { refresh_token });
  return { access_token: String(result.access_token), refresh_token: String(result.refresh_token) };
}

async function revocations() {
  const rows = await identity.sql<{ event: { data: unknown } }[]>`
    select event from outbox where event->>'type' = 'florin.identity.session.revoked.v1' order by position`;
  return rows.map(({ event }) => event.data);
}

describe('refresh_token', () => {
  it('returns new tokens of the same session', async () => {
    const first = await identity.signIn('ada@example.com');
    clock.advance(60_000);
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)];
    expect(after).toMatchObject({ sid: before.sid, sub: before.sub, amr: ['pwd'], scope: before.scope });
    expect(await identity.exchange(second.access_token)).toEqual(expect.any(String));
  });

  // proves: refresh-once
  it('ends the session when a used token comes back, for both who hold its tokens', async () => {
    const first = await identity.signIn('ada@example.com');
    const second = await refresh(first.refresh_token);
    clock.advance(1);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject({
      reason: 'REFRESH_TOKEN_REUSED',
      code: 'UNAUTHENTICATED',
    });
    await expect(refresh(second.refresh_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    await expect(identity.exchange(second.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const { sid, sub } = decodeJwt(first.access_token);
    expect(await revocations()).toEqual([{ user_id: sub, session_id: sid, reason: 'refresh_token_reused' }]);
  });

  it('lets exactly one of many win who refresh at once, and the session lives', async () => {
    const { refresh_token } = await identity.signIn('ada@example.com');
    const before = await revocations();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => refresh(refresh_token)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(losers.map(({ reason, retryable }) => ({ reason, retryable }))).toEqual(
      Array(4).fill({ reason: 'CONFLICT', retryable: false }),
    );
    expect(await revocations()).toEqual(before);
    expect(await refresh(won[0]?.value.refresh_token ?? '')).toHaveProperty('access_token');
  });

  it.each(['flr_unknown', 'nonsense', 'eyJhbGciOiJub25lIn0.e30.'])('refuses %s', async (refresh_token) => {
    await expect(refresh(refresh_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('refuses an access token in the place of a refresh token, by its length', async () => {
    const { access_token } = await identity.signIn('ada@example.com');
    await expect(refresh(access_token)).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  });

  it('refuses when the session is over, and never outlives it', async () => {
    const { refresh_token } = await identity.signIn('ada@example.com');
    clock.advance(30 * 24 * HOUR_MS - 60_000);
    const last = await identity.call('tool', 'refresh_token', { refresh_token });
    expect(last.expires_in).toBe(60);
    clock.advance(60_000);
    await expect(refresh(String(last.refresh_token))).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });

  it('refuses a person who was suspended', async () => {
    await identity.register('sue@example.com');
    const { user_id, refresh_token } = await identity.signIn('sue@example.com');
    await identity.suspend(user_id);
    await expect(refresh(refresh_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
  });
});
