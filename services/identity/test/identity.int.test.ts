import { join } from 'node:path';
import { freePort, startNats, testDirectory, until } from '@florin/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startIdentity } from '../src/identity.js';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from './support/identity-under-test.js';

let identity: IdentityUnderTest | undefined;

afterEach(async () => {
  await identity?.stop();
  identity = undefined;
  vi.restoreAllMocks();
});

describe('demo people', () => {
  it('are there after the start, each with a role, and a second start adds none', async () => {
    const started = await startIdentityUnderTest('demo', { over: { DEMO_PEOPLE: 'true' } });
    identity = started;
    const replica = { HTTP_PORT: String(await freePort()), GRPC_PORT: '0' };
    const second = await startIdentity({ ...started.env, ...replica });
    await second.stop();
    const rows = await started.sql<{ roles: string[] }[]>`select roles from users`;
    expect(rows.map(({ roles }) => roles.join(' ')).sort()).toEqual([
      'user',
      'user',
      'user admin',
      'user analyst',
      'user auditor',
      'user developer',
    ]);
  });

  it('are not there unless asked for', async () => {
    identity = await startIdentityUnderTest('no_demo');
    expect(await identity.sql`select 1 from users`).toHaveLength(0);
  });
});

it('takes no password from an agent unless it is told to', async () => {
  identity = await startIdentityUnderTest('no_passwords', { over: { PASSWORD_OPERATIONS: '' } });
  const login = await fetch(`${identity.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada@example.com', password: PASSWORD }),
  });
  expect(login.status).toBe(404);
  expect(await login.json()).toMatchObject({ reason: 'UNKNOWN_TOOL' });
  expect((await fetch(`${identity.url}/sign-in`)).status).toBe(200);
});

// proves: nats-down
it('starts and works while NATS is down, and its events leave when NATS is there', async () => {
  const port = await freePort();
  identity = await startIdentityUnderTest('nats_down', { over: { NATS_URL: `nats://127.0.0.1:${port}` } });
  await identity.register('ada@example.com');
  expect((await fetch(`${identity.url}/readyz`)).status).toBe(200);
  const { sql } = identity;
  const unpublished = () => sql`select 1 from outbox where published_at is null`;
  expect(await unpublished()).toHaveLength(1);
  const nats = await startNats({ dir: join(await testDirectory(), 'nats'), port });
  try {
    await until(async () => expect(await unpublished()).toHaveLength(0), { timeout: 15_000 });
  } finally {
    await nats.stop();
  }
});

it('refuses to start on an old schema that it may not change, and says what is missing', async () => {
  identity = await startIdentityUnderTest('old_schema');
  const { DATABASE_OWNER_URL: _, ...env } = identity.env;
  await identity.sql`delete from drizzle.__drizzle_migrations`;
  await expect(startIdentity(env)).rejects.toThrow(/The database lacks 0000_\w+/);
});

// proves: secrets-not-logged
it('writes no password, hash, token or address into its log, whatever fails', async () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  const under = await startIdentityUnderTest('logs', { over: { LOG_LEVEL: 'trace' } });
  identity = under;
  const authenticate = (args: object) =>
    under.call('tool', 'authenticate_user', args).catch((error: Error) => error);

  await under.register('ada@example.com');
  const { access_token, refresh_token } = await under.signIn('ada@example.com');
  const mesh_token = await under.exchange(access_token);
  await authenticate({ username: 'ada@example.com', password: 'wrong horse battery' });
  await authenticate({ username: 'ada@example.com', passwrod: 'wrong horse battery' });
  await under.exchange(refresh_token).catch(() => undefined);
  await under.call('tool', 'request_password_reset', { email: 'ada@example.com' });
  await vi.waitFor(() => expect(lines.join('').match(/mail not sent/g)).toHaveLength(2), 10_000);
  await under.sql`alter table users rename column created_at to made_at`;
  await under.register('ben@example.com').catch(() => undefined);
  await under.sql`alter table sessions rename to gone`;
  await authenticate({ username: 'ada@example.com', password: PASSWORD });
  await under.call('tool', 'refresh_token', { refresh_token }).catch(() => undefined);

  const log = lines.join('');
  expect(log).toContain('call refused');
  expect(log).toContain('call failed');
  const secret = [
    PASSWORD,
    'wrong horse',
    access_token,
    refresh_token,
    mesh_token,
    'example.com',
    'token=',
    '$argon2id$',
  ];
  for (const text of secret) expect(log).not.toContain(text);
});
