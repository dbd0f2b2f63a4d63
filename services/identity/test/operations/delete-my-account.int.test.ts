import { idToUuid } from '@florin/chassis';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';

let identity: IdentityUnderTest;

beforeAll(async () => {
  identity = await startIdentityUnderTest('delete_account', { over: { DEMO_PEOPLE: 'true' } });
});
afterAll(() => identity.stop());

async function newPerson(email: string) {
  const user_id = await identity.register(email);
  const tokens = await identity.signIn(email);
  return { ...tokens, user_id, mesh_token: await identity.exchange(tokens.access_token) };
}

const remove = (mesh_token: string, args: object = {}) =>
  identity.call('tool', 'delete_my_account', args, mesh_token);

/** As the person does on the page. */
async function grant(asked: Record<string, unknown>): Promise<string> {
  const { approval_id } = asked.approval as { approval_id: string };
  await identity.sql`
    update approvals set decision = 'granted', decided_at = now() where approval_id = ${idToUuid(approval_id, 'apr')}`;
  return approval_id;
}

async function erase(mesh_token: string) {
  const approval_id = await grant(await remove(mesh_token));
  return remove(mesh_token, { approval_id });
}

/** A row in every table that has something of a person. */
async function ownEverything(user_id: string, session_id: string) {
  const id = idToUuid(user_id, 'usr');
  const { sql } = identity;
  await sql`insert into browser_sessions values ('h', ${id}, '{pwd}', now(), now(), now(), null)`;
  await sql`insert into mail_tokens values ('h', ${id}, 'verify_email', 'k1.index', now(), now(), null)`;
  await sql`insert into mails values (gen_random_uuid(), ${id}, 'v1.k1.a.b', now(), 0, now())`;
  await sql`insert into totp_factors values (${id}, 'v1.k1.a.b', now(), now(), 7)`;
  await sql`insert into recovery_codes values (${id}, 'h', null)`;
  await sql`insert into passkeys values ('c', ${id}, 'key', 0, '{internal}', 'Phone', now(), null)`;
  await sql`insert into federated_accounts values ('oidc:florin', 'subject', ${id}, now())`;
  await sql`insert into data_exports values (gen_random_uuid(), ${id}, now(), now(), null)`;
  await sql`insert into oauth_records (kind, record_hash, payload, grant_id, created_at)
    values ('RefreshToken', 'h', 'v1.k1.a.b', ${session_id}, now())`;
  const [agent] = await sql<{ agent_id: string }[]>`
    insert into agents (agent_id, user_id, client_id, name, created_at, last_used_at)
    values (gen_random_uuid(), ${id}, 'client', 'Client', now(), now()) returning agent_id`;
  await sql`insert into limit_reservations
    values ('op', ${agent?.agent_id ?? ''}, ${id}, 100, 'USD', '2026-11-02', 'reserved', now(), now())`;
  await sql`insert into api_keys (key_id, user_id, agent_id, name, public_id, secret_hash, permissions, created_at, changed_at)
    values (gen_random_uuid(), ${id}, ${agent?.agent_id ?? ''}, 'CI', 'public', 'h', '{banking:read}', now(), now())`;
}

/** Names of the tables that still hold rows of the person. */
async function tablesWith(user_id: string): Promise<string[]> {
  const tables = await identity.sql<{ table: string }[]>`
    select table_name as table from information_schema.columns
    where table_schema = 'public' and column_name = 'user_id' order by 1`;
  const found: string[] = [];
  for (const { table } of tables) {
    const rows = await identity.sql`
      select 1 from ${identity.sql(table)} where user_id = ${idToUuid(user_id, 'usr')} limit 1`;
    if (rows.length > 0) found.push(table);
  }
  return found;
}

describe('delete_my_account', () => {
  it('does nothing until the person has allowed it', async () => {
    const ada = await newPerson('asked@florin.test');
    const asked = await remove(ada.mesh_token);
    expect(asked).toMatchObject({
      status: 'approval_required',
      approval: { approval_url: expect.stringContaining('/approvals/apr_') },
    });
    expect(await identity.read('users://me/profile', ada.mesh_token)).toMatchObject({
      email: 'asked@florin.test',
    });
    const ben = await newPerson('other@florin.test');
    const approval_id = await grant(asked);
    await expect(remove(ben.mesh_token, { approval_id })).rejects.toMatchObject({
      reason: 'APPROVAL_MISMATCH',
    });
  });

  // proves: erased-everywhere
  it('leaves nothing of the person in any table but the id, and frees the address', async () => {
    const ada = await newPerson('gone@florin.test');
    await ownEverything(ada.user_id, String(decodeJwt(ada.access_token).sid));
    expect(await erase(ada.mesh_token)).toEqual({ status: 'done' });

    expect(await tablesWith(ada.user_id)).toEqual(['person_keys', 'users']);
    expect(await identity.sql`select 1 from oauth_records where record_hash = 'h'`).toEqual([]);
    const [row] = await identity.sql`
      select u.*, k.sealed_key from users u join person_keys k using (user_id)
      where user_id = ${idToUuid(ada.user_id, 'usr')}`;
    expect(row).toMatchObject({
      email: '',
      full_name: '',
      email_index: `erased.${ada.user_id}`,
      password_hash: null,
      phone: null,
      address: null,
      roles: [],
      sealed_key: null,
      erased_at: expect.any(Date),
    });
    expect(await identity.register('gone@florin.test')).not.toBe(ada.user_id);
  });

  it('ends every access at once, and no agent, key or service acts for the person any more', async () => {
    const ada = await newPerson('ended@florin.test');
    await erase(ada.mesh_token);
    await expect(identity.exchange(ada.access_token)).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const refreshed = identity.call('tool', 'refresh_token', { refresh_token: ada.refresh_token });
    await expect(refreshed).rejects.toMatchObject({ reason: 'INVALID_TOKEN' });
    const signedIn = identity.signIn('ended@florin.test');
    await expect(signedIn).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    const acting = identity.serviceToken('banking', 'secret-of-banking', ada.user_id);
    await expect(acting).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    // A mesh token that was made before is refused as soon as the revocation is seen.
    await vi.waitFor(
      () =>
        expect(remove(ada.mesh_token)).rejects.toMatchObject({
          reason: expect.stringMatching(/INVALID_TOKEN|TOKEN_REVOKED|UNAUTHENTICATED/),
        }),
      { timeout: 2_000, interval: 50 },
    );
  });

  it('happens once: one event, whoever repeats it or does it at the same time', async () => {
    const ada = await newPerson('twice@florin.test');
    const approval_id = await grant(await remove(ada.mesh_token));
    const answers = await Promise.allSettled([
      remove(ada.mesh_token, { approval_id }),
      remove(ada.mesh_token, { approval_id }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const events = await identity.sql`
      select event->'data' as data from outbox
      where event->>'type' = 'florin.identity.user.erased.v1' and event->>'subject' = ${ada.user_id}`;
    expect(events).toEqual([{ data: { user_id: ada.user_id } }]);
  });

  it('is refused to the last admin', async () => {
    const { access_token } = (await identity.call('tool', 'authenticate_user', {
      username: 'root@florin.test',
      password: 'florin-demo-passphrase',
    })) as { access_token: string };
    await expect(erase(await identity.exchange(access_token))).rejects.toMatchObject({
      reason: 'FAILED_PRECONDITION',
      message: expect.stringContaining('last admin'),
    });
  });

  it('lets no call that was under way write anything back', async () => {
    const ada = await newPerson('late@florin.test');
    await erase(ada.mesh_token);
    const late = identity.sql`update users set phone = 'x' where user_id = ${idToUuid(ada.user_id, 'usr')}`;
    await expect(late).rejects.toThrow(/users_erased/);
  });
});
