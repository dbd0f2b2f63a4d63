import { createLogger, newId } from '@florin/chassis';
import { createDatabase, type Database } from '@florin/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseSpending, reserveSpending } from '../../src/store/limit-reservations.js';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { agentOf, limit } from '../support/limits.js';

let identity: IdentityUnderTest;
let replicas: Database[];

beforeAll(async () => {
  identity = await startIdentityUnderTest('limit_reservations');
  const logger = createLogger({ name: 'test', level: 'silent' });
  replicas = ['one', 'two'].map((application_name) =>
    createDatabase({ url: identity.database.url, application_name, logger, max: 5 }),
  );
});
afterAll(async () => {
  await Promise.all((replicas ?? []).map((database) => database.close()));
  await identity?.stop();
});

// proves: cap-spent-once
it('two replicas of identity never let more than the cap be taken, with nothing but the database between them', async () => {
  const { user_id, agent_id } = await agentOf(identity, 'ada@example.com');
  await limit(identity, agent_id, { per_transaction: 100_00, per_day: 250_00 });
  const now = new Date();
  const results = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const { db } = replicas[index % 2] as Database;
      const operation_id = newId('pay');
      const amount_minor = BigInt(((index * 7_919) % 9_000) + 1);
      const spending = { agent_id, operation_id, amount_minor, currency: 'USD' };
      const { verdict } = await reserveSpending(db, user_id, spending, now);
      if (verdict !== 'within') return 0n;
      if (index % 4 !== 0) return amount_minor;
      await releaseSpending(db, user_id, operation_id, now);
      return 0n;
    }),
  );
  const taken = results.reduce((total, amount_minor) => total + amount_minor, 0n);
  expect(taken).toBeGreaterThan(0n);
  expect(taken).toBeLessThanOrEqual(250_00n);
});

it('one operation that both replicas are asked for at once is taken once', async () => {
  const { user_id, agent_id } = await agentOf(identity, 'ben@example.com');
  await limit(identity, agent_id, { per_transaction: 100_00, per_day: 100_00 });
  const spending = { agent_id, operation_id: newId('pay'), amount_minor: 100_00n, currency: 'USD' };
  const results = await Promise.all(
    replicas.map(({ db }) => reserveSpending(db, user_id, spending, new Date())),
  );
  expect(results.map(({ verdict }) => verdict)).toEqual(['within', 'within']);
  const rows =
    await identity.sql`select 1 from limit_reservations where operation_id = ${spending.operation_id}`;
  expect(rows).toHaveLength(1);
});
