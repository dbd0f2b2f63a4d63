import { start } from '@florin/sandbox';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { isSecure, oidcProviders, samlConnections } from '../../src/federation/config.js';

const oidc = {
  name: 'harbor',
  issuer: 'https://login.harbor.test',
  client_id: 'florin',
  client_secret: 'very secret',
};
let saml: Record<string, unknown>;

beforeAll(async () => {
  const sandbox = await start();
  const { current } = await sandbox.control.idp.saml.certificates();
  await sandbox.stop(0);
  saml = {
    connection: 'harbor',
    organization: 'Harbor',
    idp_entity_id: 'https://idp.harbor.test',
    sso_url: 'https://idp.harbor.test/sso',
    certificates: [current],
    email_domains: ['harbor.test'],
  };
});

function flawsOf(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(typeof value === 'string' ? value : JSON.stringify(value));
  return parsed.success ? '' : parsed.error.issues.map(({ message }) => message).join('\n');
}

describe('OIDC_PROVIDERS', () => {
  it('takes a provider and fills in what is usual', () => {
    expect(oidcProviders.parse(JSON.stringify([oidc]))).toEqual([
      { ...oidc, scopes: ['openid', 'email', 'profile'], provisions_accounts: true },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['what is not JSON', '[{', /is not JSON/],
    ['what is no list', oidc, /the list: /],
    [
      'an issuer without TLS',
      [{ ...oidc, issuer: 'http://login.harbor.test' }],
      /0\.issuer: must be an https address/,
    ],
    [
      'a name that is no part of an address',
      [{ ...oidc, name: 'Har bor' }],
      /0\.name: must be 1 to 40 characters/,
    ],
    ['a missing secret', [{ ...oidc, client_secret: undefined }], /0\.client_secret: /],
    ['an unknown field', [{ ...oidc, secret: 'x' }], /secret/],
    [
      'a name twice',
      [oidc, { ...oidc, issuer: 'https://other.test' }],
      /1\.name: is that of another entry too/,
    ],
    ['an issuer twice', [oidc, { ...oidc, name: 'other' }], /1\.issuer: is that of another entry too/],
  ])('says what is wrong with %s, and no value', (_name, value, message) => {
    const flaws = flawsOf(oidcProviders, value);
    expect(flaws).toMatch(message);
    expect(flaws).not.toContain('very secret');
  });
});

describe('SAML_CONNECTIONS', () => {
  it('takes a connection, and lets it do little by default', () => {
    expect(samlConnections.parse(JSON.stringify([saml]))).toEqual([
      {
        ...saml,
        role_attribute: 'groups',
        role_mapping: {},
        grants_admin: false,
        provisions_accounts: true,
        allows_idp_initiated: false,
      },
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      'a mapping to admin that nobody confirmed',
      { role_mapping: { it: 'admin' } },
      /role_mapping: makes admins/,
    ],
    ['a role that there is not', { role_mapping: { it: 'owner' } }, /0\.role_mapping\.it: /],
    [
      'what is no certificate',
      { certificates: ['MII'] },
      /0\.certificates\.0: must be an X\.509 certificate/,
    ],
    ['no certificate', { certificates: [] }, /0\.certificates: /],
    ['no domain', { email_domains: [] }, /0\.email_domains: /],
    ['a domain that is none', { email_domains: ['@harbor.test'] }, /0\.email_domains\.0: must be a domain/],
    ['a sign-in without TLS', { sso_url: 'http://idp.harbor.test' }, /0\.sso_url: must be an https address/],
  ])('says what is wrong with %s', (_name, over, message) => {
    expect(flawsOf(samlConnections, [{ ...saml, ...over }])).toMatch(message);
  });

  it('lets no two connections vouch for one domain, or be one provider', () => {
    const other = { ...saml, connection: 'wharf', idp_entity_id: 'https://idp.wharf.test' };
    expect(flawsOf(samlConnections, [saml, other])).toMatch(/two connections vouch for one e-mail domain/);
    const same = { ...saml, connection: 'wharf', email_domains: ['wharf.test'] };
    expect(flawsOf(samlConnections, [saml, same])).toMatch(/1\.idp_entity_id: is that of another entry too/);
  });
});

it.each([
  ['https://idp.test', true],
  ['http://127.0.0.1:8094/oidc', true],
  ['http://localhost:8094', true],
  ['http://idp.test', false],
  ['http://127.0.0.1.idp.test', false],
  ['ftp://127.0.0.1', false],
  ['nonsense', false],
])('%s is safe to go to: %s', (address, safe) => {
  expect(isSecure(address)).toBe(safe);
});
