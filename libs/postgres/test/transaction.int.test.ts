import { newId } from '@florin/chassis';
import { fault } from '@florin/faults';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, databaseFault, type Tx, transaction } from '../src/index.js';
import { notes } from './fixtures/schema.js';
import { serviceDatabase, silent } from './fixtures/service-database.js';

let database: Awaited<ReturnType<typeof serviceDatabase>>;

beforeAll(async () => {
  database = await serviceDatabase('transaction');
});

afterAll(() => database.drop());

async function newNote(amount_minor = 0n): Promise<string> {
  const note_id = newId('note');
  await database.db.insert(notes).values({ note_id, body: 'x', amount_minor });
  return note_id;
}

async function addOne(tx: Tx, note_id: string): Promise<void> {
  const [note] = await tx.select().from(notes).where(eq(notes.note_id, note_id));
  const amount_minor = (note?.amount_minor ?? 0n) + 1n;
  await tx.update(notes).set({ amount_minor }).where(eq(notes.note_id, note_id));
}

describe('a transaction', () => {
  it('is repeated after a serialization failure until it holds', async () => {
    const note_id = await newNote();
    const add = () =>
      transaction(database.db, (tx) => addOne(tx, note_id), { isolation: 'serializable', attempts: 20 });
    await Promise.all(Array.from({ length: 8 }, add));
    const [note] = await database.db.select().from(notes).where(eq(notes.note_id, note_id));
    expect(note?.amount_minor).toBe(8n);
  });

  it('says CONFLICT, retryable, when it does not hold within its attempts', async () => {
    const note_id = await newNote();
    let attempts = 0;
    const beaten = transaction(
      database.db,
      async (tx) => {
        attempts++;
        await tx.select().from(notes).where(eq(notes.note_id, note_id));
        await transaction(database.db, (other) => addOne(other, note_id));
        await addOne(tx, note_id);
      },
      { isolation: 'repeatable read' },
    );
    await expect(beaten).rejects.toMatchObject({ reason: 'CONFLICT', retryable: true });
    expect(attempts).toBe(3);
  });

  it('is repeated after a deadlock', async () => {
    const [one, two] = [await newNote(), await newNote()];
    let meeting = 0;
    const both = (first: string, second: string) =>
      transaction(database.db, async (tx) => {
        await addOne(tx, first);
        meeting++;
        if (meeting <= 2) await expect.poll(() => meeting, { interval: 5 }).toBeGreaterThanOrEqual(2);
        await addOne(tx, second);
      });
    await Promise.all([both(one, two), both(two, one)]);
    expect(meeting).toBe(3);
    const rows = await database.db.select().from(notes);
    const amounts = rows.filter((row) => [one, two].includes(row.note_id)).map((row) => row.amount_minor);
    expect(amounts).toEqual([2n, 2n]);
  });

  it('repeats nothing else, and leaves nothing of a failed attempt', async () => {
    const note_id = newId('note');
    let attempts = 0;
    const failing = transaction(database.db, async (tx) => {
      attempts++;
      await tx.insert(notes).values({ note_id, body: 'x', amount_minor: 1n });
      throw fault('INSUFFICIENT_FUNDS', 'Not enough.');
    });
    await expect(failing).rejects.toMatchObject({ reason: 'INSUFFICIENT_FUNDS' });
    expect(attempts).toBe(1);
    expect(await database.db.select().from(notes).where(eq(notes.note_id, note_id))).toEqual([]);
  });
});

describe('an error of the database', () => {
  it('is UNAVAILABLE, retryable, when its session is ended, and the next query works', async () => {
    const [{ pid } = { pid: 0 }] = await database.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const one = createDatabase({ url: database.url, application_name: 'one', max: 1, logger: silent });
    const sleeping = transaction(one.db, async (tx) => {
      await tx.execute(`select pg_sleep(10)`);
    });
    const ended = expect(sleeping).rejects.toMatchObject({ reason: 'UNAVAILABLE', retryable: true });
    await expect
      .poll(
        () => database.sql`
        select pg_terminate_backend(pid) as ended from pg_stat_activity
        where application_name = 'one' and query like '%pg_sleep%' and pid <> ${pid}`,
      )
      .toEqual([{ ended: true }]);
    await ended;
    await expect.poll(() => one.ping().then(() => 'up')).toBe('up');
    await one.close();
  });

  it('in one transaction never ends the transaction that got its connection next', async () => {
    const one = createDatabase({ url: database.url, application_name: 'shared', max: 1, logger: silent });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const kept = newId('note');
    const lost = transaction(one.db, async (tx) => {
      await tx.execute('select 1');
      // Busy with something else while its session ends, and only then back at the database.
      await gate;
      await tx.insert(notes).values({ note_id: newId('note'), body: 'stray', amount_minor: 0n });
    });
    const failed = expect(lost).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    await expect
      .poll(
        () => database.sql`
        select pg_terminate_backend(pid) as ended from pg_stat_activity
        where application_name = 'shared' and state = 'idle in transaction'`,
      )
      .toEqual([{ ended: true }]);
    await failed;
    await transaction(one.db, async (tx) => {
      await tx.insert(notes).values({ note_id: kept, body: 'kept', amount_minor: 1n });
      open();
      await tx.execute('select pg_sleep(0.05)');
      await tx.update(notes).set({ amount_minor: 2n }).where(eq(notes.note_id, kept));
    });
    const rows = await database.db.select().from(notes).where(eq(notes.note_id, kept));
    expect(rows).toMatchObject([{ amount_minor: 2n }]);
    expect(await database.sql`select 1 from notes where body = 'stray'`).toEqual([]);
    await one.close();
  });

  it('is UNAVAILABLE where nobody listens', async () => {
    const nowhere = createDatabase({
      url: 'postgres://x:y@127.0.0.1:1/z',
      application_name: 'x',
      logger: silent,
    });
    const error = await nowhere.db
      .select()
      .from(notes)
      .catch((thrown: unknown) => thrown);
    expect(databaseFault(error)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(databaseFault(error)?.message).not.toContain('127.0.0.1');
    await nowhere.close();
  });

  it('is UNAVAILABLE when a statement takes too long', async () => {
    const slow = transaction(database.db, async (tx) => {
      await tx.execute(`set local statement_timeout = 20`);
      await tx.execute(`select pg_sleep(5)`);
    });
    await expect(slow).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  });

  it('is INTERNAL where a constraint is broken, and keeps the values of the query out of the log', async () => {
    const note_id = await newNote();
    const twice = database.db.insert(notes).values({ note_id, body: 'a secret', amount_minor: 1n });
    const failure = databaseFault(await twice.catch((thrown: unknown) => thrown));
    expect(failure).toMatchObject({ reason: 'INTERNAL' });
    const { cause } = failure as { cause: Error };
    expect(cause.message).toContain('insert into "notes"');
    expect(`${cause.stack}`).not.toContain('a secret');
  });

  it('is none of its faults where the error is of another kind', () => {
    expect(databaseFault(new TypeError('x'))).toBeUndefined();
    expect(databaseFault(fault('NOT_FOUND', 'x'))).toBeUndefined();
    expect(databaseFault('x')).toBeUndefined();
  });
});

it('stores a TypeID as a uuid and shows it as the TypeID', async () => {
  const note_id = await newNote();
  const [row] = await database.db.select().from(notes).where(eq(notes.note_id, note_id));
  expect(row?.note_id).toBe(note_id);
  const [raw] =
    await database.sql`select note_id::text from notes where body = 'x' order by note_id desc limit 1`;
  expect(raw?.note_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(() => database.db.select().from(notes).where(eq(notes.note_id, 'acc_x')).toSQL()).toThrow(
    /not a note_ id/,
  );
});
