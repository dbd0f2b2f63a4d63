import { ATTACKS, type Sandbox, start } from '@florin/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResponse } from '../../src/federation/saml/read-response.js';
import { createServiceProvider, type ServiceProvider } from '../../src/federation/saml/service-provider.js';

const ISSUER = 'http://127.0.0.1:8081';
const REQUEST_ID = `_${'a'.repeat(64)}`;
let sandbox: Sandbox;
let provider: ServiceProvider;
let request: string;

beforeAll(async () => {
  sandbox = await start();
  const { saml } = sandbox.control.idp;
  const { current } = await saml.certificates();
  provider = createServiceProvider(
    {
      connection: 'harbor',
      organization: 'Harbor',
      idp_entity_id: saml.entity_id,
      sso_url: saml.sso_url,
      certificates: [current],
      email_domains: ['harbor.test'],
      role_attribute: 'groups',
      role_mapping: {},
      grants_admin: false,
      provisions_accounts: true,
      allows_idp_initiated: false,
      created_at: new Date(),
    },
    ISSUER,
  );
  request = await provider.requestUrl(REQUEST_ID);
});
afterAll(() => sandbox.stop(0));

async function xmlOf(answer: Parameters<Sandbox['control']['idp']['saml']['respond']>[0]): Promise<string> {
  const { saml_response } = await sandbox.control.idp.saml.respond({ person: 'grace', request, ...answer });
  return Buffer.from(saml_response, 'base64').toString();
}

// A provider that errs and signs two assertions is the first layer's alone: to a signature, both are honest.
const forgeries = ATTACKS.filter((attack) => attack !== 'two_assertions' && attack !== 'doctype');

describe('the check of the signature alone, without what is refused before', () => {
  it('reads what an honest provider says', async () => {
    const assertion = await provider.verify(await xmlOf({}), REQUEST_ID);
    expect(assertion).toMatchObject({ name_id: 'grace', audiences: [[provider.entity_id]] });
    expect(assertion.attributes.get('groups')).toEqual(['staff', 'analysts']);
  });

  it.each(forgeries)('never reads a forged name out of %s', async (attack) => {
    const name = await provider.verify(await xmlOf({ attack }), REQUEST_ID).then(
      ({ name_id }) => name_id,
      () => 'refused',
    );
    expect(['refused', 'grace', 'root@florin.test.attacker.test']).toContain(name);
  });
});

it('a response that is made to be costly is refused before it is', () => {
  const nested = (depth: number, tag: (index: number) => string) =>
    `${Array.from({ length: depth }, (_, index) => tag(index)).join('')}${'</a>'.repeat(depth)}`;
  const shapes = [
    '<a>'.repeat(60_000),
    nested(27_000, () => '<a>'),
    nested(5_000, (index) => `<a xmlns:b${index}="x">`),
    `<a ${Array.from({ length: 20_000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
    `<a>${'<b c="d"/>'.repeat(18_000)}</a>`,
  ];
  for (const xml of shapes) {
    const field = Buffer.from(xml).toString('base64');
    expect(() => readResponse(field), xml.slice(0, 20)).toThrow('too many elements or attributes');
  }
});

it('a response of somebody in five hundred groups is read', async () => {
  const xml = await xmlOf({});
  const value =
    '<saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">group</saml:AttributeValue>';
  const many = xml.replace('<saml:AttributeValue>staff</saml:AttributeValue>', value.repeat(500));
  expect(readResponse(Buffer.from(many).toString('base64'))).toMatchObject({ succeeded: true });
});
