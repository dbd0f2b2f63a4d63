import { freePort } from '@florin/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIdentity } from '../../src/identity.js';
import { type FederationUnderTest, startFederationUnderTest } from './support/federation-under-test.js';

let under: FederationUnderTest;

beforeAll(async () => {
  under = await startFederationUnderTest('connections');
});
afterAll(() => under.stop());

async function startWith(over: Record<string, string>): Promise<void> {
  const { SAML_CONNECTIONS: _, ...env } = under.identity.env;
  const replica = { HTTP_PORT: String(await freePort()), GRPC_PORT: '0' };
  const running = await startIdentity({ ...env, ...replica, ...over });
  await running.stop();
}

const connections = () =>
  under.identity.sql`select connection, organization, email_domains from saml_connections`;

it('a start makes the connections what its configuration says, and leaves them where it says nothing', async () => {
  const [seeded] = JSON.parse(under.identity.env.SAML_CONNECTIONS ?? '') as [object];
  expect(await connections()).toMatchObject([{ connection: 'harbor', organization: 'Harbor' }]);

  await startWith({});
  expect(await connections()).toHaveLength(1);

  const changed = { ...seeded, organization: 'Harbor Bank', email_domains: ['harbor.test'] };
  await startWith({ SAML_CONNECTIONS: JSON.stringify([changed]) });
  expect(await connections()).toEqual([
    { connection: 'harbor', organization: 'Harbor Bank', email_domains: ['harbor.test'] },
  ]);

  // Another connection may take over the name of the provider that it replaces.
  await startWith({ SAML_CONNECTIONS: JSON.stringify([{ ...changed, connection: 'wharf' }]) });
  expect(await connections()).toMatchObject([{ connection: 'wharf' }]);

  await startWith({ SAML_CONNECTIONS: '[]' });
  expect(await connections()).toEqual([]);
});

it('an identity with a configuration that cannot be used does not start, and says where it is wrong', async () => {
  await expect(startWith({ OIDC_PROVIDERS: '[{"name":"x"}]' })).rejects.toThrow(/OIDC_PROVIDERS: 0\.issuer/);
});
