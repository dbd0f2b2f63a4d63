import { join } from 'node:path';
import postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort, startNats, startPostgres, testDirectory } from '../src/index.js';

let dir: string;

beforeAll(async () => {
  dir = await testDirectory();
});

describe('a Postgres of its own', () => {
  it('keeps what was committed over a stop, a kill and a new start of the process that runs it', async () => {
    const options = {
      data_dir: join(dir, 'postgres'),
      port: await freePort(),
      log_file: join(dir, 'postgres.log'),
      password: 'p@ss/word',
    };
    const server = await startPostgres(options);
    const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
    await sql`create table note (body text)`;
    await sql`insert into note values ('one')`;
    await sql.end();
    await server.kill();
    await server.restart();
    const second = postgres(server.url, { max: 1 });
    await second`insert into note values ('two')`;
    await second.end();
    await server.stop();

    const again = await startPostgres(options);
    const later = postgres(again.url, { max: 1 });
    expect(await later`select body from note`).toEqual([{ body: 'one' }, { body: 'two' }]);
    await later.end();
    await again.stop();
  });

  it('says why it does not start', async () => {
    const port = await freePort();
    const start = startPostgres({
      data_dir: join(dir, 'broken'),
      port,
      log_file: join(dir, 'broken.log'),
      password: 'test',
      settings: { max_connections: 'many' },
    });
    await expect(start).rejects.toThrow(/invalid value for parameter "max_connections"/);
  });
});

describe('a NATS of its own', () => {
  it('answers after a kill and a restart at the same address', async () => {
    const server = await startNats({ dir: join(dir, 'nats'), port: await freePort() });
    const { url } = server;
    await server.kill();
    await server.restart();
    expect(server.url).toBe(url);
    await server.stop();
  });
});
