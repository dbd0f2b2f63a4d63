import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEdge, createLogger, createMetrics, idToUuid, newId } from '@florin/chassis';
import { html } from '@florin/chassis/html';
import { createDatabase, type Database, migrate } from '@florin/postgres';
import { createTestDatabase, type TestClock, type TestDatabase, testClock } from '@florin/testkit';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowserSessions } from '../../src/browser/browser-session.js';
import { checkCsrf, formBody, requireSession, sessionOf } from '../../src/browser/forms.js';
import { csrfField, sendPage } from '../../src/browser/page.js';
import { browserRoutes, pageErrors } from '../../src/browser/routes.js';

const issuer = 'https://identity.example';
const logger = createLogger({ name: 'test', level: 'silent' });

let test: TestDatabase;
let database: Database;
let sql: Sql;
let server: Server;
let url: string;
let clock: TestClock;
const user_id = newId('usr');

beforeAll(async () => {
  clock = testClock();
  test = await createTestDatabase('browser');
  await migrate({ owner_url: test.owner_url, folder: new URL('../../migrations/', import.meta.url), logger });
  database = createDatabase({ url: test.url, application_name: 'test', logger });
  sql = postgres(test.owner_url, { max: 1, onnotice: () => undefined });
  await sql`insert into users (user_id, email_index, email, full_name, roles, created_at, updated_at)
    values (${idToUuid(user_id, 'usr')}, 'x', 'x', 'x', '{user}', now(), now())`;
  const { now } = clock;
  const browserSessions = createBrowserSessions({ db: database.db, issuer });
  const signedIn = requireSession({ browserSessions, now });
  const edge = createEdge({
    logger,
    registry: createMetrics('test').registry,
    checks: {},
    routes(app) {
      app.get('/open', async (_request, response) => {
        await browserSessions.open(response, { user_id, authentication_methods: ['pwd'] }, now());
        response.json({});
      });
      app.get('/page', signedIn, (_request, response) => {
        const session = sessionOf(response);
        const body = html`<form method="post">${csrfField(session)}</form>`;
        sendPage(response, { title: 'A <page>', body, session });
      });
      app.post('/page', formBody, signedIn, checkCsrf(issuer), (_request, response) => {
        response.json(sessionOf(response));
      });
      browserRoutes(app, { browserSessions, issuer, now });
      app.use(pageErrors());
    },
  });
  server = createServer(edge).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await sql.end();
  await database.close();
  await test.drop();
});

async function open(): Promise<string> {
  const response = await fetch(`${url}/open`);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

function get(cookie: string) {
  return fetch(`${url}/page?a=1`, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' });
}

function post(
  cookie: string,
  csrf: string,
  headers: Record<string, string> = { origin: issuer },
  path = '/page',
) {
  return fetch(`${url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, accept: 'text/html', ...headers },
    body: new URLSearchParams({ csrf }),
  });
}

async function csrfOf(cookie: string): Promise<string> {
  return /name="csrf" value="([^"]+)"/.exec(await (await get(cookie)).text())?.[1] ?? '';
}

describe('a browser session', () => {
  it('travels in a cookie that no script reads, no other site plants, and only https carries', async () => {
    const response = await fetch(`${url}/open`);
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-florin=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('is kept as a hash', async () => {
    const value = (await open()).split('=')[1] ?? '';
    const rows = await sql`select session_hash from browser_sessions`;
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('ends an hour after its last use, and twelve hours after the sign-in however it is used', async () => {
    const idle = await open();
    clock.advance(59 * 60_000);
    expect((await get(idle)).status).toBe(200);
    clock.advance(59 * 60_000);
    expect((await get(idle)).status).toBe(200);
    clock.advance(61 * 60_000);
    expect((await get(idle)).status).toBe(303);

    const busy = await open();
    for (let hours = 0; hours < 11.5; hours += 0.5) {
      clock.advance(30 * 60_000);
      expect((await get(busy)).status).toBe(200);
    }
    clock.advance(31 * 60_000);
    expect((await get(busy)).status).toBe(303);
  });

  it('ends at once when its owner is suspended', async () => {
    const cookie = await open();
    await sql`update users set suspended_at = now()`;
    expect((await get(cookie)).status).toBe(303);
    await sql`update users set suspended_at = null`;
  });

  it('is over after signing out, also for who kept the cookie', async () => {
    const cookie = await open();
    const response = await post(cookie, await csrfOf(cookie), { origin: issuer }, '/sign-out');
    expect(response.headers.get('location')).toBe('/sign-in');
    expect((await get(cookie)).status).toBe(303);
  });

  it('leads who is not signed in to the sign-in and back', async () => {
    const response = await get('__Host-florin=forged');
    expect(response.headers.get('location')).toBe('/sign-in?return_to=%2Fpage%3Fa%3D1');
  });
});

describe('a form', () => {
  it('of the session is taken', async () => {
    const cookie = await open();
    const csrf = await csrfOf(cookie);
    expect((await post(cookie, csrf)).status).toBe(200);
    expect((await post(cookie, csrf, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it.each([
    ['no token', '', { origin: issuer }],
    ['another origin', undefined, { origin: 'https://evil.example' }],
    ['no origin at all', undefined, {}],
    ['another site, by the browser', undefined, { origin: issuer, 'sec-fetch-site': 'cross-site' }],
    ['a neighbour under the same domain', undefined, { origin: issuer, 'sec-fetch-site': 'same-site' }],
  ] as const)('with %s is refused', async (_name, token, headers) => {
    const cookie = await open();
    const response = await post(cookie, token ?? (await csrfOf(cookie)), headers);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('role="alert"');
  });

  it("with another session's token is refused", async () => {
    const [mine, other] = [await open(), await open()];
    expect((await post(mine, await csrfOf(other))).status).toBe(403);
  });
});

describe('a page', () => {
  it('is framed by nobody, kept by nobody, runs no script, and escapes what it shows', async () => {
    const response = await get(await open());
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    expect(text).toContain('<h1>A &lt;page&gt;</h1>');
    const stylesheet = /rel="stylesheet" href="([^"]+)"/.exec(text)?.[1];
    expect((await fetch(`${url}${stylesheet}`)).headers.get('content-type')).toContain('text/css');
  });
});
