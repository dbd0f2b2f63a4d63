import { idToUuid, KeyTaken, newId, type Permit } from '@florin/chassis';
import { createTestDatabase, type TestDatabase } from '@florin/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, createKeyReader, type Database, transaction, usePermit } from '../src/index.js';
import { silent } from './fixtures/service-database.js';

let test: TestDatabase;
let database: Database;
let owner: postgres.Sql;

beforeAll(async () => {
  test = await createTestDatabase('money_guard');
  owner = postgres(test.owner_url, { max: 1, onnotice: () => undefined });
  await owner.unsafe(`
    create table idempotency_keys (
      user_id uuid, operation text, idempotency_key text, input_hash text not null, object_id text not null,
      created_at timestamptz not null, primary key (user_id, operation, idempotency_key));
    create table unscreened_spending (
      user_id uuid, day date, currency text, spent_minor bigint not null, primary key (user_id, day, currency));`);
  database = createDatabase({ url: test.url, application_name: 'money_guard', logger: silent });
});
afterAll(async () => {
  await database?.close();
  await owner?.end();
  await test?.drop();
});

const now = new Date('2026-11-02T09:00:00Z');

function permitOf(fields: Partial<Permit> = {}): Permit {
  return {
    user_id: newId('usr'),
    client_id: 'assistant',
    operation: 'pay_toy',
    operation_id: 'op',
    idempotency_key: 'key-1',
    input_hash: 'a'.repeat(64),
    arguments_hash: 'b'.repeat(64),
    screening: 'approved',
    ...fields,
  };
}

function use(permit: Permit, amount_minor = 1_000n, object_id = newId('pay')) {
  const made = { object_id, total: { amount_minor, currency: 'USD' } };
  return transaction(database.db, (tx) => usePermit(tx, permit, made, now));
}

async function spentBy(user_id: string): Promise<string[]> {
  const rows = await owner<{ spent_minor: string }[]>`
    select spent_minor from unscreened_spending where user_id = ${idToUuid(user_id, 'usr')}`;
  return rows.map(({ spent_minor }) => spent_minor);
}

describe('a key', () => {
  it('is found by who wrote it, for what it was written', async () => {
    const permit = permitOf();
    const object_id = newId('pay');
    await use(permit, 1_000n, object_id);
    const keys = createKeyReader(database.sql);
    expect(await keys.find(permit)).toEqual({ input_hash: permit.input_hash, object_id });
    for (const other of [{ user_id: newId('usr') }, { operation: 'other' }, { idempotency_key: 'key-2' }]) {
      expect(await keys.find({ ...permit, ...other })).toBeUndefined();
    }
  });

  it('is found for each of many that ask at once, in few statements', async () => {
    const permits = Array.from({ length: 300 }, () => permitOf());
    await Promise.all(permits.filter((_, index) => index % 3 === 0).map((permit) => use(permit)));
    let statements = 0;
    const counting = new Proxy(database.sql, {
      apply: (sql, self, args) => {
        statements += 1;
        return Reflect.apply(sql, self, args);
      },
    });
    const keys = createKeyReader(counting);
    const found = await Promise.all(permits.map((permit) => keys.find(permit)));
    expect(found.map((record) => record !== undefined)).toEqual(permits.map((_, index) => index % 3 === 0));
    expect(statements).toBe(2);
  });

  it('is written by one of fifty that race, and the others have written nothing', async () => {
    const permit = permitOf({ unscreened: { allowance_minor: 100_000n } });
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => use(permit)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(KeyTaken);
    }
    expect(await spentBy(permit.user_id)).toEqual(['1000']);
  });

  it('fails for every caller where the database is away, and is found once it is back', async () => {
    const away = createDatabase({
      url: 'postgres://nobody:x@127.0.0.1:1/none',
      application_name: 'away',
      logger: silent,
    });
    const keys = createKeyReader(away.sql);
    const asked = await Promise.allSettled([keys.find(permitOf()), keys.find(permitOf())]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(keys.find(permitOf())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await away.close();
  });
});

describe('what moves unscreened', () => {
  // proves: unscreened-bounded
  it('never passes the allowance of a person and a day, whoever races', async () => {
    const user_id = newId('usr');
    const unscreened = { allowance_minor: 20_000n };
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        use(permitOf({ user_id, idempotency_key: `key-${index}`, unscreened }), 1_500n),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(13);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ reason: 'SCREENING_UNAVAILABLE' });
    }
    const own = idToUuid(user_id, 'usr');
    expect(await owner`select 1 from idempotency_keys where user_id = ${own}`).toHaveLength(13);
    expect(await spentBy(user_id)).toEqual(['19500']);
  });

  it('is refused at once where one amount is above the allowance', async () => {
    const refused = use(permitOf({ unscreened: { allowance_minor: 999n } }), 1_000n);
    await expect(refused).rejects.toMatchObject({ reason: 'SCREENING_UNAVAILABLE', retryable: true });
  });
});
