import { createHash, randomBytes } from 'node:crypto';
import { idToUuid } from '@florin/chassis';
import { type ExportPart, florin } from '@florin/proto';
import { Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentityUnderTest, PASSWORD, startIdentityUnderTest } from '../support/identity-under-test.js';

interface Archive {
  format: string;
  user_id: string;
  parts: { service: string; name: string; data: unknown }[];
  missing: string[];
}

let identity: IdentityUnderTest;
let banking: Awaited<ReturnType<typeof startToyBanking>>;

beforeAll(async () => {
  banking = await startToyBanking();
  identity = await startIdentityUnderTest('export', {
    over: { PRIVACY_SERVICES: `banking=${banking.address}` },
  });
});
afterAll(async () => {
  await identity.stop();
  banking.stop();
});

/** Serves the contract as any service does; `down` breaks off after its first part. */
async function startToyBanking() {
  const toy = { down: false, asked: [] as Record<string, unknown>[] };
  const server = new Server();
  server.addService(florin.privacy.v1.PersonalData.service, {
    Export(call: ServerWritableStream<object, ExportPart>) {
      toy.asked.push(decodeJwt(String(call.metadata.get('authorization')[0]).replace('Bearer ', '')));
      call.write({ name: 'accounts', json: Buffer.from('[{"name":"Harbor \\"Checking\\""}]') });
      if (toy.down) return call.emit('error', { code: status.UNAVAILABLE, details: 'down' });
      call.write({ name: 'transactions', json: Buffer.from('[1]') });
      call.write({ name: 'transactions', json: Buffer.from('[2]') });
      call.end();
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return Object.assign(toy, { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() });
}

async function newPerson(email: string) {
  const user_id = await identity.register(email);
  const { access_token } = await identity.signIn(email);
  const cookie = randomBytes(32).toString('base64url');
  await identity.sql`insert into browser_sessions values (${createHash('sha256').update(cookie).digest('hex')},
    ${idToUuid(user_id, 'usr')}, '{pwd}', now(), now(), now() + interval '1 hour', null)`;
  return { user_id, email, cookie: `florin=${cookie}`, mesh_token: await identity.exchange(access_token) };
}

type Person = Awaited<ReturnType<typeof newPerson>>;

const ask = ({ mesh_token }: Person) =>
  identity.call('tool', 'export_my_data', {}, mesh_token) as Promise<{
    export_id: string;
    download_url: string;
  }>;

const fetchAs = (url: string, headers: Record<string, string>) =>
  fetch(url, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });

const download = (url: string, { cookie }: Person) => fetchAs(url, { cookie });

describe('export_my_data', () => {
  // proves: export-complete
  it('holds what every service has, gathered when it is downloaded, in the browser of the person', async () => {
    const ada = await newPerson('ada@export.test');
    const { download_url } = await ask(ada);
    expect(download_url).toMatch(`${identity.url}/account/export/exp_`);
    const response = await download(download_url, ada);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename=florin-export-[\d-]+\.json$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const archive = (await response.json()) as Archive;
    expect(archive).toMatchObject({ format: 'florin.personal-data.v1', user_id: ada.user_id, missing: [] });
    expect(archive.parts).toContainEqual(
      expect.objectContaining({
        service: 'identity',
        name: 'profile',
        data: expect.objectContaining({ email: 'ada@export.test', full_name: 'Ada', roles: ['user'] }),
      }),
    );
    expect(archive.parts.filter(({ service }) => service === 'banking')).toEqual([
      { service: 'banking', name: 'accounts', data: [{ name: 'Harbor "Checking"' }] },
      { service: 'banking', name: 'transactions', data: [1] },
      { service: 'banking', name: 'transactions', data: [2] },
    ]);
    expect(banking.asked.at(-1)).toMatchObject({ sub: 'svc:identity', on_behalf_of: ada.user_id, scope: '' });
  });

  it('is downloaded once, within its time, and by nobody else', async () => {
    const [ada, ben] = [await newPerson('ada@once.test'), await newPerson('ben@once.test')];
    const { download_url } = await ask(ada);
    const never = download_url.replace(/.{10}$/, '0123456789');
    const [foreign, missing] = [await download(download_url, ben), await download(never, ben)];
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    const text = (page: string) => page.replace(/req_[\w-]+/g, '');
    expect(text(await foreign.text())).toBe(text(await missing.text()));
    expect((await download(download_url, ada)).status).toBe(200);
    expect((await download(download_url, ada)).status).toBe(404);

    const late = await ask(ada);
    await identity.sql`update data_exports set expires_at = now() where export_id = ${idToUuid(late.export_id, 'exp')}`;
    expect((await download(late.download_url, ada)).status).toBe(404);
  });

  it('opens for no token: whoever is not signed in in the browser is led to the sign-in', async () => {
    const ada = await newPerson('ada@token.test');
    const { download_url, export_id } = await ask(ada);
    const response = await fetchAs(download_url, { authorization: `Bearer ${ada.mesh_token}` });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      `/sign-in?return_to=${encodeURIComponent(`/account/export/${export_id}`)}`,
    );
  });

  it('names a service that broke off, and can then be downloaded again', async () => {
    const ada = await newPerson('ada@down.test');
    const { download_url } = await ask(ada);
    banking.down = true;
    const partial = (await (await download(download_url, ada)).json()) as Archive;
    expect(partial.missing).toEqual(['banking']);
    expect(partial.parts.some(({ service }) => service === 'identity')).toBe(true);
    banking.down = false;
    const whole = (await (await download(download_url, ada)).json()) as Archive;
    expect(whole.missing).toEqual([]);
    expect((await download(download_url, ada)).status).toBe(404);
  });

  // proves: export-without-secrets
  it('holds no secret of any table, neither plain, hashed nor sealed', async () => {
    const ada = await newPerson('ada@secret.test');
    const id = idToUuid(ada.user_id, 'usr');
    const { sql } = identity;
    await sql`insert into recovery_codes values (${id}, 'secret-recovery', null)`;
    await sql`insert into passkeys
      values ('secret-credential', ${id}, 'secret-public', 0, '{internal}', 'Phone', now(), null)`;
    await sql`insert into totp_factors values (${id}, 'secret-totp', now(), now(), 7)`;
    await sql`insert into api_keys (key_id, user_id, name, public_id, secret_hash, previous_secret_hash, permissions, created_at, changed_at)
      values (gen_random_uuid(), ${id}, 'CI', 'secret-public-id', 'secret-hash', 'secret-previous', '{banking:read}', now(), now())`;
    await identity.call('tool', 'delete_my_account', {}, ada.mesh_token);
    const text = await (await download((await ask(ada)).download_url, ada)).text();
    expect(JSON.parse(text).parts).toContainEqual(expect.objectContaining({ name: 'approvals' }));
    expect(text).not.toMatch(/secret-|v1\.[\w-]+\.|\$argon2|_hash|email_index/);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(ada.cookie.slice('florin='.length));
    expect(text).toContain('"name":"Phone"');
  });

  it('is asked for five times at most before one is downloaded, also at once', async () => {
    const ada = await newPerson('ada@many.test');
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => ask(ada)));
    const refused = asked.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({ reason: 'RATE_LIMITED' });
  });
});
