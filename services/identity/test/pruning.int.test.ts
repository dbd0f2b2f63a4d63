import { createLogger } from '@florin/chassis';
import { createDatabase, type Database, migrate } from '@florin/postgres';
import { createTestDatabase, type TestDatabase, testClock, until } from '@florin/testkit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startPruning } from '../src/pruning.js';

const logger = createLogger({ name: 'test', level: 'silent' });
let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase('pruning');
  const { owner_url, url } = testDatabase;
  await migrate({ owner_url, folder: new URL('../migrations/', import.meta.url), logger });
  database = createDatabase({ url, application_name: 'test', logger });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

it('within an hour, rows that decide nothing any more are gone, and no others', async () => {
  const { sql } = database;
  const clock = testClock();
  const days = (count: number) => new Date(clock.now().getTime() - count * 86_400_000);
  const ages = [
    { old: true, at: days(100) },
    { old: false, at: clock.now() },
  ];
  for (const { old, at } of ages) {
    await sql`
      with the_user as (
        insert into users values (gen_random_uuid(), ${`k1.${old}`}, 'v1.k1.a.b', 'v1.k1.c.d', '$argon2id$', '{user}', ${at}, ${at}, null)
        returning user_id
      ), the_agent as (
        insert into agents (agent_id, user_id, client_id, name, created_at, last_used_at)
        select gen_random_uuid(), user_id, 'client', 'Client', ${at}, ${at} from the_user returning agent_id, user_id
      ), the_failure as (
        insert into sign_in_failures values (${`hash-${old}`}, 1, ${at}, null)
      ), the_mail as (
        insert into mail_tokens select ${`hash-${old}`}, user_id, 'verify_email', 'k1.index', ${at}, ${at}, null from the_user
      ), the_challenge as (
        insert into used_challenges values (gen_random_uuid(), ${at})
      ), the_reservation as (
        insert into limit_reservations (operation_id, agent_id, user_id, amount_minor, currency, day, state, created_at, updated_at)
        select ${`op-${old}`}, agent_id, user_id, 100, 'USD', ${at.toISOString().slice(0, 10)}, 'reserved', ${at}, ${at} from the_agent
      )
      insert into approvals (approval_id, user_id, client_id, operation, arguments_hash, summary, created_at, expires_at, consumed_at)
      select gen_random_uuid(), user_id, 'client', 'initiate_payment', 'hash', 'v1.k1.a.b', ${at}, ${at}, used
      from the_user, (values (null::timestamptz), (${at})) as uses (used)`;
  }
  const left = async () => {
    const [row] = await sql`
      select (select count(*) from sign_in_failures)::int as sign_in_failures,
        (select count(*) from mail_tokens)::int as mail_tokens,
        (select count(*) from used_challenges)::int as used_challenges,
        (select count(*) from limit_reservations)::int as limit_reservations,
        (select count(*) from approvals)::int as approvals`;
    return row;
  };
  const young = {
    sign_in_failures: 1,
    mail_tokens: 1,
    used_challenges: 1,
    limit_reservations: 1,
    approvals: 2,
  };

  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const pruning = startPruning({ db: database.db, logger, now: clock.now });
  try {
    vi.advanceTimersByTime(3_600_000);
    await until(async () => expect(await left()).toEqual(young));
  } finally {
    pruning.stop();
    vi.useRealTimers();
  }
});
