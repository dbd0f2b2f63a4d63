import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, provisionDatabase, type TestDatabase } from '../src/index.js';

describe('a test database', () => {
  let database: TestDatabase;
  let owner: Sql;
  let runtime: Sql;

  beforeAll(async () => {
    database = await createTestDatabase('testkit');
    owner = postgres(database.owner_url, { max: 1 });
    runtime = postgres(database.url, { max: 1 });
    await owner`create table note (id bigint generated always as identity primary key, body text not null)`;
  });

  afterAll(async () => {
    await owner.end();
    await runtime.end();
    await database.drop();
  });

  it('lets the runtime role read and write the rows of tables that the owner makes', async () => {
    await runtime`insert into note (body) values ('first')`;
    await runtime`update note set body = 'second'`;
    expect(await runtime`select body from note`).toEqual([{ body: 'second' }]);
    await runtime`delete from note`;
  });

  it('refuses the runtime role every change of the schema', async () => {
    await expect(runtime`create table other (id int)`).rejects.toMatchObject({ code: '42501' });
    await expect(runtime`create schema other`).rejects.toMatchObject({ code: '42501' });
    await expect(runtime`truncate note`).rejects.toMatchObject({ code: '42501' });
    await expect(runtime`alter table note add column more text`).rejects.toMatchObject({ code: '42501' });
  });

  it('lets the runtime role read, and only read, what the owner makes outside of public', async () => {
    await owner`create schema private`;
    await owner`create table private.note (id int)`;
    expect(await runtime`select * from private.note`).toEqual([]);
    await expect(runtime`insert into private.note values (1)`).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses the role of another database', async () => {
    const other = await createTestDatabase('testkit_other');
    const url = new URL(other.url);
    url.pathname = new URL(database.url).pathname;
    const stranger = postgres(url.href, { max: 1 });
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '42501' });
    await stranger.end();
    await other.drop();
    const dropped = postgres(other.url, { max: 1 });
    await expect(dropped`select 1`).rejects.toThrow();
    await dropped.end();
  });

  it('is provisioned again without harm, with the new password', async () => {
    const admin = inject('florin').postgres_url;
    const name = new URL(database.url).pathname.slice(1);
    const again = await provisionDatabase(admin, { name, password: "it's 100% new" });
    const sql = postgres(again.url, { max: 1 });
    expect(await sql`select count(*)::int as notes from note`).toEqual([{ notes: 0 }]);
    await sql.end();
  });
});
