import { ATTACKS, type Attack, type ResponseOptions } from '@florin/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, type Visit } from './support/browser.js';
import {
  askSaml,
  type FederationUnderTest,
  SAML_NAME,
  signInBySaml,
  startFederationUnderTest,
} from './support/federation-under-test.js';

let under: FederationUnderTest;
const OTHER_IDP = 'https://idp.wharf.test';

beforeAll(async () => {
  under = await startFederationUnderTest('saml_attacks', {
    samls: (next_certificate) => [
      {
        connection: 'wharf',
        organization: 'Wharf',
        idp_entity_id: OTHER_IDP,
        sso_url: under_sso,
        certificates: [next_certificate],
        email_domains: ['wharf.test'],
      },
    ],
  });
});
afterAll(() => under.stop());

/** Never asked: the tests make the answers of that provider themselves. */
const under_sso = 'https://idp.wharf.test/saml/sso';
const page = (name: string, connection = SAML_NAME) =>
  `${under.identity.url}/auth/saml/${connection}/${name}`;

async function expectRefused(browser: Browser, end: Visit): Promise<void> {
  expect(end.status).toBe(403);
  expect(end.text).toContain('cannot be accepted');
  expect(await under.whoIs(browser)).toBeUndefined();
  expect(await under.accounts()).toBe(0);
}

// proves: saml-attacks-refused
describe('a SAML response', () => {
  const attacks: Record<Attack, string> = {
    tampered: 'changed after it was signed',
    comment_in_name_id: 'with a comment in the name, at which careless readers cut',
    two_assertions: 'with two assertions, both signed',
    doctype: 'with a document type',
    internal_entity: 'whose name is an entity',
    entity_expansion: 'with entities of entities',
    external_entity: 'whose name is a file of this machine',
    xsw1: 'wrapped: the signed response inside the signature of a forgery',
    xsw2: 'wrapped: the signed response beside the signature of a forgery',
    xsw3: 'wrapped: a forged assertion before the signed one',
    xsw4: 'wrapped: the signed assertion within a forged one',
    xsw5: 'wrapped: the signature within a forged assertion, the signed one at the end',
    xsw6: 'wrapped: the signed assertion in the signature of a forged one',
    xsw7: 'wrapped: a forged assertion within extensions',
    xsw8: 'wrapped: the signed assertion in an object of the signature',
    digest_comment: 'with another digest as a comment before the signed one',
    two_signed_infos: 'with two SignedInfo elements',
  };

  it.each(ATTACKS.map((attack) => [attack, attacks[attack]] as const))(
    '(%s) %s signs nobody in',
    async (attack) => {
      const browser = new Browser();
      await expectRefused(browser, await signInBySaml(under, browser, { attack }));
    },
  );

  const flaws: [string, ResponseOptions][] = [
    ['without a signature', { signed: 'none' }],
    ['that is signed while its assertion is not', { signed: 'response' }],
    ['signed by a stranger who sends the certificate along', { key: 'unknown' }],
    ['signed with a certificate that the connection does not have yet', { key: 'next' }],
    ['signed over a SHA-1 digest', { digest: 'sha1' }],
    ['of another identity provider', { issuer: OTHER_IDP }],
    ['for another audience', { audience: 'https://sp.example' }],
    ['for no audience', { audience: null }],
    ['for another recipient', { recipient: 'https://sp.example/acs' }],
    ['for no recipient', { recipient: null }],
    ['for another destination', { destination: 'https://sp.example/acs' }],
    ['to a request that nobody made', { in_response_to: '_somebody-elses' }],
    ['to no request', { in_response_to: null }],
    ['that has expired', { not_on_or_after_ms: -61_000 }],
    ['whose confirmation has expired', { confirmed_until_ms: -61_000 }],
    ['that is not valid yet', { not_before_ms: 61_000 + 5_000 }],
    ['from a clock that is two minutes ahead of its own margin', { clock_skew_ms: 3 * 60_000 }],
    ['that is good for more than a day', { not_on_or_after_ms: 25 * 3_600_000 }],
  ];

  it.each(flaws)('%s signs nobody in', async (_name, answer) => {
    const browser = new Browser();
    await expectRefused(browser, await signInBySaml(under, browser, answer));
  });

  it('for a person outside of the connection’s e-mail domains signs nobody in', async () => {
    await under.identity
      .sql`update saml_connections set email_domains = '{florin.test}' where connection = ${SAML_NAME}`;
    const browser = new Browser();
    await expectRefused(browser, await signInBySaml(under, browser));
    await under.identity.sql`
      update saml_connections set email_domains = '{florin.test,harbor.test}' where connection = ${SAML_NAME}`;
  });

  it('that nobody asked for signs nobody in', async () => {
    const { saml_response } = await under.sandbox.control.idp.saml.respond({
      acs_url: page('acs'),
      audience: page('metadata'),
    });
    const browser = new Browser();
    await browser.get(page('start'), '/saml/sso');
    await expectRefused(
      browser,
      await browser.postFromElsewhere(page('acs'), { SAMLResponse: saml_response }),
    );
  });

  it('of another connection signs nobody in, at its own page or at ours', async () => {
    const browser = new Browser();
    // The other organization’s provider says that it is one of ours, for us.
    await expectRefused(browser, await signInBySaml(under, browser, { key: 'next', issuer: OTHER_IDP }));
    const started = await browser.get(page('start'), '/saml/sso');
    const answer = await under.sandbox.control.idp.saml.respond({
      request: started.location ?? '',
      key: 'next',
      issuer: OTHER_IDP,
      audience: page('metadata', 'wharf'),
      recipient: page('acs', 'wharf'),
      destination: page('acs', 'wharf'),
    });
    const form = { SAMLResponse: answer.saml_response };
    await expectRefused(browser, await browser.postFromElsewhere(page('acs'), form));
    // Nor at the other connection, as an answer to a request that was ours.
    await expectRefused(browser, await browser.postFromElsewhere(page('acs', 'wharf'), form));
  });

  it('that came to another browser signs neither in, and the first can still end what it began', async () => {
    const attacker = new Browser();
    const { acs_url, saml_response } = await askSaml(under, attacker, { person: 'lee' });
    const victim = new Browser();
    const hop = await victim.postFromElsewhere(acs_url, { SAMLResponse: saml_response }, '/finish');
    await expectRefused(victim, await victim.get(hop.location ?? ''));
    await victim.get(page('start'), '/saml/sso');
    await expectRefused(victim, await victim.get(hop.location ?? ''));
    const end = await attacker.get(hop.location ?? '');
    expect(end.text, 'lee has no address, and got this far').toContain('did not tell us');
  });

  it('is not honoured at the page that comes after it without having been checked', async () => {
    const browser = new Browser();
    const answer = await askSaml(under, browser);
    const finish = `${page('finish')}?request=${answer.in_response_to}`;
    await expectRefused(browser, await browser.get(finish));
  });

  it('that comes after ten minutes signs nobody in', async () => {
    const browser = new Browser();
    const { acs_url, saml_response } = await askSaml(under, browser, { not_on_or_after_ms: 3_600_000 });
    under.pass(10 * 60_000 + 1);
    const form = { SAMLResponse: saml_response };
    await expectRefused(browser, await browser.postFromElsewhere(acs_url, form, '/account'));
    under.pass(-10 * 60_000 - 1);
  });

  it.each([
    ['nothing', ''],
    ['what is not base64', '!!!'],
    ['what is not XML', Buffer.from('hello').toString('base64')],
    ['XML that does not end', Buffer.from('<a><b>').toString('base64')],
    ['another element', Buffer.from('<a/>').toString('base64')],
    ['UTF-16', Buffer.from('<!DOCTYPE a><a/>', 'utf16le').toString('base64')],
    [
      'elements in elements, 1,900 deep',
      Buffer.from('<a>'.repeat(1_900) + '</a>'.repeat(1_900)).toString('base64'),
    ],
  ])('that is %s is refused', async (_name, SAMLResponse) => {
    const browser = new Browser();
    await expectRefused(browser, await browser.postFromElsewhere(page('acs'), { SAMLResponse }));
  });

  it('of more than 256 KiB is not read', async () => {
    const end = await new Browser().postFromElsewhere(page('acs'), { SAMLResponse: 'A'.repeat(300_000) });
    expect(end.status).toBe(413);
  });
});

// proves: saml-attacks-refused
describe('an assertion', () => {
  it('is good once, in the same response and in a new one', async () => {
    const other = await startFederationUnderTest('saml_replay');
    try {
      const browser = new Browser();
      const first = await askSaml(other, browser);
      const form = { SAMLResponse: first.saml_response };
      await browser.postFromElsewhere(first.acs_url, form, '/account');
      expect(await other.whoIs(browser)).toBeDefined();

      const replay = await browser.postFromElsewhere(first.acs_url, form, '/account');
      expect(replay.status, 'the same response').toBe(403);
      const again = new Browser();
      const end = await signInBySaml(other, again, { assertion_id: first.assertion_id });
      expect(end.status, 'the same assertion in a new response').toBe(403);
      expect(await other.whoIs(again)).toBeUndefined();
    } finally {
      await other.stop();
    }
  });
});
