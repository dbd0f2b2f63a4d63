import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ResponseOptions, type Sandbox, start } from '../../src/index.js';
import { Browser } from './browser.js';
import { ACS_URL, accept, careless, ENTITY_ID, serviceProvider, xmlOf } from './service-provider.js';

const VICTIM = 'root@florin.test';
const MINUTE_MS = 60_000;

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await start();
});

afterEach(() => {
  sandbox.control.clearFaults();
});

afterAll(() => sandbox.stop());

/** A sign-in that begins at the service provider and ends in the response described. */
async function answered(options: ResponseOptions & { person?: string } = {}) {
  const provider = await serviceProvider(sandbox);
  const request = await provider.getAuthorizeUrlAsync('', undefined, {});
  return { provider, response: await sandbox.control.idp.saml.respond({ request, ...options }) };
}

async function outcome(options: ResponseOptions) {
  const { provider, response } = await answered(options);
  return accept(provider, response).then(
    ({ nameID }) => `accepted ${nameID}`,
    (error: unknown) => String(error),
  );
}

describe('signing in with SAML', () => {
  it('answers a signed assertion about the person chosen, in a browser', async () => {
    const provider = await serviceProvider(sandbox);
    const browser = new Browser();
    const page = await browser.get(await provider.getAuthorizeUrlAsync('state-1', undefined, {}));
    expect(page.text).toContain(ENTITY_ID);
    const next = await browser.submit(page, { person: 'grace' });
    expect(next.text).not.toContain('<script');
    const form = next.forms[0];
    expect([form?.action, form?.hidden.RelayState]).toEqual([ACS_URL, 'state-1']);
    const { profile } = await provider.validatePostResponseAsync({
      SAMLResponse: form?.hidden.SAMLResponse ?? '',
    });
    expect(profile).toMatchObject({
      nameID: 'grace@harbor.test',
      issuer: sandbox.saml_metadata_url,
      email: 'grace@harbor.test',
      name: 'Grace Moreau',
      groups: ['staff', 'analysts'],
    });
  });

  it('knows who has no address by a persistent id', async () => {
    const { provider, response } = await answered({ person: 'lee' });
    const { nameID, nameIDFormat } = await accept(provider, response);
    expect([nameID, nameIDFormat]).toEqual(['lee', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent']);
  });

  it('tells the service provider that the person turned back', async () => {
    const provider = await serviceProvider(sandbox, { wantAssertionsSigned: false });
    const browser = new Browser();
    const page = await browser.get(await provider.getAuthorizeUrlAsync('', undefined, {}));
    const { forms } = await browser.submit(page, { cancel: 'true' });
    const SAMLResponse = forms[0]?.hidden.SAMLResponse ?? '';
    await expect(provider.validatePostResponseAsync({ SAMLResponse })).rejects.toThrow(/RequestDenied/);
  });

  it('does as it was told to misbehave in a browser too, and then no more', async () => {
    sandbox.control.idp.saml.misbehave({ response: { attack: 'tampered' }, times: 1 });
    for (const refused of [true, false]) {
      const provider = await serviceProvider(sandbox);
      const browser = new Browser();
      const page = await browser.get(await provider.getAuthorizeUrlAsync('', undefined, {}));
      const { forms } = await browser.submit(page, { person: 'ada' });
      const SAMLResponse = forms[0]?.hidden.SAMLResponse ?? '';
      const attempt = provider.validatePostResponseAsync({ SAMLResponse });
      await (refused ? expect(attempt).rejects.toThrow(/signature/) : attempt);
    }
  });

  it('has metadata with its address and its certificate, with both while one follows the other', async () => {
    const { current, next } = await sandbox.control.idp.saml.certificates();
    const body = (pem: string) => new X509Certificate(pem).raw.toString('base64');
    const metadata = await (await fetch(sandbox.saml_metadata_url)).text();
    expect(metadata).toContain(`Location="${sandbox.control.idp.saml.sso_url}"`);
    expect([metadata.includes(body(current)), metadata.includes(body(next))]).toEqual([true, false]);
    const rollover = await (await fetch(`${sandbox.saml_metadata_url}?rollover=true`)).text();
    expect([rollover.includes(body(current)), rollover.includes(body(next))]).toEqual([true, true]);
  });

  it('signs with the next key, which is good for who knows both certificates', async () => {
    const { current, next } = await sandbox.control.idp.saml.certificates();
    const provider = await serviceProvider(sandbox, { idpCert: [current, next] });
    const request = await provider.getAuthorizeUrlAsync('', undefined, {});
    const response = await sandbox.control.idp.saml.respond({ request, key: 'next' });
    expect((await accept(provider, response)).nameID).toBe('ada@florin.test');
  });
});

describe('certificates', () => {
  it('are self-signed, good for years, and say so to OpenSSL', async () => {
    const { current } = await sandbox.control.idp.saml.certificates();
    const certificate = new X509Certificate(current);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toBe('CN=sandbox-idp');
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 365 * 24 * 60 * MINUTE_MS);
  });

  it('and the keys of the OpenID provider are the same after a restart with a data directory', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const seen: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const one = await start({ dataDir });
      const jwks = await (await fetch(`${one.oidc_issuer}/jwks`)).json();
      seen.push({ ...(await one.control.idp.saml.certificates()), jwks });
      await one.stop();
    }
    expect(seen[1]).toEqual(seen[0]);
    expect((await stat(join(dataDir, 'idp.json'))).mode & 0o777).toBe(0o600);
    await rm(dataDir, { recursive: true });
  });
});

describe('the SAML identity provider does not answer', () => {
  const refused = async (url: string) => {
    const { status, text } = await new Browser().get(url);
    expect(status).toBe(400);
    return text;
  };

  it.each(['https://attacker.test/acs', 'javascript:alert(1)'])('to %s', async (callbackUrl) => {
    const provider = await serviceProvider(sandbox, { callbackUrl });
    const page = await refused(await provider.getAuthorizeUrlAsync('', undefined, {}));
    expect(page).toContain('may not be sent to');
  });

  it('a request for another address, or none that can be read', async () => {
    const { sso_url } = sandbox.control.idp.saml;
    const provider = await serviceProvider(sandbox, { entryPoint: 'https://other.test/sso' });
    const { search } = new URL(await provider.getAuthorizeUrlAsync('', undefined, {}));
    expect(await refused(`${sso_url}${search}`)).toContain('https://other.test/sso');
    expect(await refused(`${sso_url}?SAMLRequest=bm90IGRlZmxhdGVk`)).toContain('deflated');
    expect(await refused(sso_url)).toContain('missing');
  });
});

describe('a response is as the options want it', () => {
  it.each<[ResponseOptions, string | RegExp]>([
    [{}, 'accepted ada@florin.test'],
    [{ signed: 'both' }, 'accepted ada@florin.test'],
    [{ name_id: VICTIM }, `accepted ${VICTIM}`],
    [{ signed: 'none' }, /signature/],
    [{ signed: 'response' }, /signature/],
    [{ key: 'next' }, /signature/],
    [{ key: 'unknown' }, /signature/],
    [{ audience: 'https://other.test' }, /audience/],
    [{ audience: null }, /AudienceRestriction/],
    [{ in_response_to: '_other' }, /InResponseTo/],
    [{ in_response_to: null }, /InResponseTo/],
    [{ not_on_or_after_ms: -MINUTE_MS }, /confirmation/],
    [{ confirmed_until_ms: -MINUTE_MS }, /confirmation/],
    [{ confirmed_until_ms: MINUTE_MS, not_on_or_after_ms: -MINUTE_MS }, /expired/],
    [{ not_before_ms: MINUTE_MS }, /not yet valid/],
    [{ clock_skew_ms: 10 * MINUTE_MS }, /not yet valid/],
    [{ clock_skew_ms: -10 * MINUTE_MS }, /confirmation/],
  ])('%o: %s', async (options, expected) => {
    expect(await outcome(options)).toMatch(expected);
  });

  it('also where node-saml does not look: issuer, recipient, destination and digest', async () => {
    const { provider, response } = await answered({
      issuer: 'https://idp.attacker.test',
      recipient: 'https://other.test/acs',
      destination: 'https://other.test/sso',
      digest: 'sha1',
    });
    expect((await accept(provider, response)).issuer).toBe('https://idp.attacker.test');
    expect(xmlOf(response)).toContain('Recipient="https://other.test/acs"');
    expect(xmlOf(response)).toContain('Destination="https://other.test/sso"');
    expect(xmlOf(response)).toContain('http://www.w3.org/2000/09/xmldsig#rsa-sha1');
    const { response: bare } = await answered({ recipient: null, destination: null });
    expect(xmlOf(bare)).not.toMatch(/Recipient|Destination/);
  });

  it('and can be unasked for, of an assertion seen before, or the same again', async () => {
    const { saml } = sandbox.control.idp;
    const unasked = await saml.respond({ acs_url: ACS_URL, audience: ENTITY_ID });
    expect(xmlOf(unasked)).not.toContain('InResponseTo');
    const again = await saml.respond({
      acs_url: ACS_URL,
      audience: ENTITY_ID,
      assertion_id: unasked.assertion_id,
    });
    expect(again.assertion_id).toBe(unasked.assertion_id);
    expect(saml.issued().slice(-2)).toEqual([unasked, again]);
    await expect(saml.respond({ acs_url: ACS_URL })).rejects.toThrow(/acs_url and audience/);
    await expect(saml.respond({ acs_url: ACS_URL, audience: 'a', person: 'nobody' })).rejects.toThrow(/ada/);
  });
});

describe('an attack', () => {
  const attempt = async (attack: ResponseOptions['attack']) => {
    const { provider, response } = await answered({ ...(attack ? { attack } : {}) });
    const { current } = await sandbox.control.idp.saml.certificates();
    return { provider, response, current };
  };

  it.each(['xsw1', 'xsw2', 'xsw3', 'xsw4', 'xsw5', 'xsw6', 'xsw7', 'xsw8'] as const)(
    'by wrapping, %s, makes a careless provider take a good signature for another name',
    async (attack) => {
      const { provider, response, current } = await attempt(attack);
      const { signature_is_good, believe } = careless(response, current);
      expect([signature_is_good, believe]).toEqual([true, expect.arrayContaining([VICTIM])]);
      // Of xsw7, node-saml leaves the forgery alone and takes what is signed.
      const taken = await accept(provider, response).catch(() => undefined);
      expect(taken?.nameID).toBe(attack === 'xsw7' ? 'ada@florin.test' : undefined);
    },
  );

  it('by a comment leaves the signature good and cuts the name for careless readers', async () => {
    const { provider, response, current } = await attempt('comment_in_name_id');
    const { signature_is_good, read } = careless(response, current);
    expect([signature_is_good, read]).toEqual([true, VICTIM]);
    expect((await accept(provider, response)).nameID).toBe(`${VICTIM}.attacker.test`);
  });

  it.each(['digest_comment', 'two_signed_infos'] as const)(
    'on what is signed, %s, shows another name',
    async (attack) => {
      const { provider, response } = await attempt(attack);
      expect(xmlOf(response)).toContain(`>${VICTIM}</saml:NameID>`);
      expect(xmlOf(response)).toMatch(
        attack === 'digest_comment' ? /DigestValue><!--/ : /SignedInfo.*SignedInfo>.*SignedInfo/,
      );
      await expect(accept(provider, response)).rejects.toThrow(/signature|SignedInfo|digest/i);
    },
  );

  it('by tampering breaks the signature', async () => {
    const { provider, response, current } = await attempt('tampered');
    expect(xmlOf(response)).toContain(`>${VICTIM}</saml:NameID>`);
    expect(careless(response, current).signature_is_good).toBe(false);
    await expect(accept(provider, response)).rejects.toThrow(/signature/);
  });

  it('by a second assertion has both signed', async () => {
    const { provider, response } = await attempt('two_assertions');
    expect(xmlOf(response).match(/<ds:SignatureValue>/g)).toHaveLength(2);
    await expect(accept(provider, response)).rejects.toThrow();
  });

  it.each([
    ['doctype', '<!DOCTYPE samlp:Response>'],
    ['internal_entity', '<!ENTITY who "ada@florin.test">'],
    ['external_entity', 'SYSTEM "file:///etc/passwd"'],
    ['entity_expansion', '<!ENTITY e9 "&e8;&e8;'],
  ] as const)('by a document type, %s, has it first', async (attack, declared) => {
    const { response } = await attempt(attack);
    const xml = xmlOf(response);
    expect(xml.startsWith('<!DOCTYPE')).toBe(true);
    expect(xml).toContain(declared);
    expect(xml.includes('>&who;</saml:NameID>')).toBe(attack !== 'doctype');
  });
});
