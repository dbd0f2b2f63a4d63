import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rotateKeys } from '../src/rotate-keys.js';
import {
  type BankingUnderTest,
  type LinkedPerson,
  startBankingUnderTest,
} from './support/banking-under-test.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2] = [key('k1'), key('k2')];

let banking: BankingUnderTest;
let ada: LinkedPerson;

beforeAll(async () => {
  banking = await startBankingUnderTest('rotate_keys', { FIELD_KEYS: k1 });
  ada = await banking.linkedPerson();
  await banking.tool('create_link_token', {}, ada);
});
afterAll(() => banking.stop());

async function columnsUnder(id: string): Promise<string[]> {
  const { sql } = banking;
  const columns = await sql<{ table: string; column: string }[]>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'text' order by 1, 2`;
  const found: string[] = [];
  for (const { table, column } of columns) {
    const rows = await sql`
      select 1 from ${sql(table)} where starts_with(${sql(column)}, ${`v1.${id}.`}) limit 1`;
    if (rows.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

// proves: keys-rotate
it('rotate-keys leaves nothing under the old key, and the bank is read without it', async () => {
  expect(await columnsUnder('k1')).toEqual(['link_sessions.link_token', 'links.access_token']);
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  await rotateKeys({ ...banking.env, FIELD_KEYS: `${k2},${k1}` }, say);
  expect(lines).toEqual([
    'links.access_token: 1 under k2 now',
    'link_sessions.link_token: 1 under k2 now',
    'Done: everything is under k2.',
  ]);
  expect(await columnsUnder('k1')).toEqual([]);

  banking.env.FIELD_KEYS = k2;
  await banking.restart();
  banking.clock.advance(60_000);
  const [account_id] = ada.accounts.values();
  expect(await banking.tool('get_balance', { account_id }, ada)).toMatchObject({ source: 'live' });
});
