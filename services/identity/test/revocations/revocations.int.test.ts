import { createLogger, createVerifier, followRevocations, type RevocationFeed } from '@florin/chassis';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IdentityUnderTest, startIdentityUnderTest } from '../support/identity-under-test.js';
import { makeKey, personWith } from '../support/people-under-test.js';

let identity: IdentityUnderTest;
let count = 0;
const feeds: RevocationFeed[] = [];

beforeAll(async () => {
  identity = await startIdentityUnderTest('revocations');
});
afterAll(async () => {
  for (const feed of feeds) await feed.close();
  await identity.stop();
});

/** As another service of the mesh honours tokens; with a NATS of identity's, or with one that is not there. */
function service(nats_url: string) {
  const revocations = followRevocations({
    service: 'banking',
    nats_url,
    identity_address: identity.grpc_address,
    tokens: { get: () => identity.serviceToken('banking', 'secret-of-banking') },
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  feeds.push(revocations);
  return createVerifier({
    issuer: identity.url,
    jwks_url: `${identity.url}/mesh/jwks.json`,
    revocations,
    now: () => new Date(),
  });
}

const person = (...roles: ('developer' | 'admin')[]) =>
  personWith(identity, `person${count++}@example.com`, ...roles);
const call = (mesh_token: string, name: string, args: object = {}) =>
  identity.call('tool', name, args, mesh_token);

// proves: revoked-within-a-second
describe.each([
  ['over NATS', () => identity.nats_url],
  ['without NATS', () => 'nats://127.0.0.1:1'],
])('what is revoked is refused by a service within a second, %s:', (how, nats_url) => {
  let verify: ReturnType<typeof service>;
  beforeAll(() => {
    verify = service(nats_url());
  });

  async function refusedWithin(mesh_token: string, revoke: () => Promise<unknown>): Promise<void> {
    expect(await verify(mesh_token)).toBeDefined();
    await revoke();
    const revoked_at_ms = performance.now();
    await vi.waitFor(
      async () => {
        const error = await verify(mesh_token).then(
          () => undefined,
          (thrown: { reason: string }) => thrown,
        );
        expect(error?.reason).toBe('INVALID_TOKEN');
      },
      { timeout: 5_000, interval: 10 },
    );
    const took_ms = performance.now() - revoked_at_ms;
    process.stdout.write(`refused ${how} after ${Math.round(took_ms)} ms\n`);
    expect(took_ms).toBeLessThan(1_000);
  }

  it('a session', async () => {
    const { mesh_token } = await person();
    await refusedWithin(mesh_token, () => call(mesh_token, 'end_session'));
  });

  it('an API key', async () => {
    const { mesh_token } = await person('developer');
    const { api_key, key_id } = await makeKey(identity, mesh_token);
    await refusedWithin(await identity.exchange(api_key), () =>
      call(mesh_token, 'revoke_api_key', { key_id }),
    );
  });

  it('what a key is no longer to open, and not what it opens from then on', async () => {
    const { mesh_token } = await person('developer');
    const { api_key, key_id } = await makeKey(identity, mesh_token, {
      permissions: ['banking:read', 'banking:write'],
    });
    const narrower = { key_id, permissions: ['banking:read'] };
    await refusedWithin(await identity.exchange(api_key), () =>
      call(mesh_token, 'update_api_key_permissions', narrower),
    );
    const { scopes } = await verify(await identity.exchange(api_key));
    expect([...scopes]).toEqual(['banking:read']);
  });

  it('a person who is suspended, and a role that was taken', async () => {
    const [admin, user] = [await person('admin'), await person('developer')];
    await refusedWithin(user.mesh_token, () =>
      call(admin.mesh_token, 'set_user_roles', { user_id: user.user_id, roles: [] }),
    );
    const mesh_token = await identity.exchange(user.access_token);
    expect(decodeJwt(mesh_token).roles).toEqual(['user']);
    await refusedWithin(mesh_token, () => call(admin.mesh_token, 'suspend_user', { user_id: user.user_id }));
  });
});

// proves: silent-feed-stops-money
describe('how long the feed has been silent', () => {
  const feedAt = (nats_url: string) => {
    const feed = followRevocations({
      service: 'banking',
      nats_url,
      identity_address: identity.grpc_address,
      tokens: { get: () => identity.serviceToken('banking', 'secret-of-banking') },
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
    feeds.push(feed);
    return feed;
  };

  it('is known to whoever moves money: little while identity beats, for ever without NATS, also where identity answers', async () => {
    const feed = feedAt(identity.nats_url);
    await vi.waitFor(() => expect(feed.silentMs()).toBeLessThan(1_000), { timeout: 10_000 });
    const without = feedAt('nats://127.0.0.1:1');
    await without.check([{ id: 'ses_x', changed_at_ms: 0 }]);
    expect(without.silentMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('identity itself', () => {
  it('refuses a mesh token of an ended session within a second', async () => {
    const { mesh_token } = await person();
    await call(mesh_token, 'end_session');
    await vi.waitFor(
      () =>
        expect(identity.read('users://me/profile', mesh_token)).rejects.toMatchObject({
          reason: 'INVALID_TOKEN',
        }),
      { timeout: 1_000, interval: 10 },
    );
  });

  it('tells its revocations to services of the mesh alone', async () => {
    const { mesh_token } = await person();
    const feed = followRevocations({
      service: 'mallory',
      nats_url: 'nats://127.0.0.1:1',
      identity_address: identity.grpc_address,
      tokens: { get: async () => mesh_token },
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
    const checked = feed.check([{ id: 'ses_x', changed_at_ms: 0 }]);
    await expect(checked).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    await feed.close();
  });
});
