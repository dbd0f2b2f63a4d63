import { createLogger } from '@florin/chassis';
import { migrateTo } from '@florin/postgres';
import { createTestDatabase, expectMigrations, type Population, type TestDatabase } from '@florin/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';

const populate: Population = {
  '0000_init': (sql) => sql`
    with the_user as (
      insert into users values (gen_random_uuid(), 'k1.index', 'v1.k1.a.b', 'v1.k1.c.d', '$argon2id$', '{user}', now(), now(), null)
      returning user_id
    ), the_session as (
      insert into sessions select gen_random_uuid(), user_id, 'florin-password', '{pwd}', now(), now(), now(), null from the_user
      returning session_id
    ), the_token as (
      insert into refresh_tokens select 'hash', session_id, now(), null from the_session
    ), the_event as (
      insert into outbox (event, created_at) values ('{}', now())
    ), the_sequence as (
      insert into aggregate_sequences values ('usr_1', 1)
    )
    insert into signing_keys values (gen_random_uuid(), 'access', 'v1.k1.e.f', now())`,

  '0001_people_and_agents': (sql) => sql`
    with the_user as (select user_id from users limit 1),
    the_browser as (
      insert into browser_sessions select 'hash', user_id, '{pwd}', now(), now(), now(), null from the_user
    ), the_mail as (
      insert into mail_tokens select 'hash', user_id, 'verify_email', 'k1.index', now(), now(), null from the_user
    ), the_waiting_mail as (
      insert into mails select gen_random_uuid(), user_id, 'v1.k1.a.b', now(), 0, now() from the_user
    ), the_challenge as (
      insert into used_challenges values (gen_random_uuid(), now())
    ), the_failure as (
      insert into sign_in_failures values ('hash', 1, now(), null)
    ), the_totp as (
      insert into totp_factors select user_id, 'v1.k1.a.b', now(), now(), 7 from the_user
    ), the_code as (
      insert into recovery_codes select user_id, 'hash', null from the_user
    ), the_passkey as (
      insert into passkeys select 'credential', user_id, 'key', 0, '{internal}', 'Phone', now(), null from the_user
    ), the_record as (
      insert into oauth_records values ('Grant', 'hash', 'v1.k1.a.b', null, now(), null, null)
    ), the_federated as (
      insert into federated_accounts select 'oidc:florin', 'subject', user_id, now() from the_user
    ), the_sign_in as (
      insert into federated_sign_ins values ('hash', 'oidc:florin', 'hash', 'v1.k1.a.b', now(), now(), null)
    ), the_connection as (
      insert into saml_connections values
        ('org', 'Org', 'urn:idp', 'https://idp.test', '{pem}', '{florin.test}', 'groups', '{}', false, true, false, now())
    ), the_assertion as (
      insert into saml_assertions values ('saml:urn:idp', 'id', now())
    ), the_agent as (
      insert into agents (agent_id, user_id, client_id, name, created_at, last_used_at)
      select gen_random_uuid(), user_id, 'client', 'Client', now(), now() from the_user returning agent_id, user_id
    ), the_reservation as (
      insert into limit_reservations
      select 'op', agent_id, user_id, 100, 'USD', '2026-11-02', 'reserved', now(), now() from the_agent
    ), the_approval as (
      insert into approvals (approval_id, user_id, client_id, operation, arguments_hash, summary, created_at, expires_at)
      select gen_random_uuid(), user_id, 'client', 'initiate_payment', 'hash', 'v1.k1.a.b', now(), now() from the_user
    ), the_key as (
      insert into api_keys (key_id, user_id, name, public_id, secret_hash, permissions, created_at, changed_at)
      select gen_random_uuid(), user_id, 'CI', 'public', 'hash', '{banking:read}', now(), now() from the_user
    ), the_person_key as (
      insert into person_keys select user_id, 'v1.k1.a.b' from the_user
    )
    insert into data_exports select gen_random_uuid(), user_id, now(), now(), null from the_user`,

  '0002_limit_attempts': (sql) => sql`update limit_reservations set attempts = attempts + 1`,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('migrations');
});
afterAll(() => database.drop());

it('every migration applies to the schema before it, with rows in every table', async () => {
  const { owner_url } = database;
  const folder = new URL('../../migrations/', import.meta.url);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const upTo = (tag: string) => migrateTo({ owner_url, folder, logger }, tag);
  await expectMigrations({ owner_url, folder, migrateTo: upTo, populate });
});

it('the runtime role reads and writes rows, and cannot change the schema', async () => {
  const runtime = postgres(database.url, { max: 1, onnotice: () => undefined });
  try {
    expect(await runtime`update users set updated_at = now() returning 1 as one`).toHaveLength(1);
    await expect(runtime`drop table users`).rejects.toMatchObject({ code: '42501' });
  } finally {
    await runtime.end();
  }
});
