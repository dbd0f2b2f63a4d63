import { type Profile, SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import type { IssuedResponse, Sandbox } from '../../src/index.js';

export const ENTITY_ID = 'http://127.0.0.1:8081/auth/saml/acme/metadata';
export const ACS_URL = 'http://127.0.0.1:8081/auth/saml/acme/acs';

/** A service provider as Florin would be one: assertions signed, answers to requests of its own only. */
export async function serviceProvider(sandbox: Sandbox, options: Partial<SamlConfig> = {}): Promise<SAML> {
  const { saml } = sandbox.control.idp;
  const { current } = await saml.certificates();
  return new SAML({
    issuer: ENTITY_ID,
    callbackUrl: ACS_URL,
    audience: ENTITY_ID,
    entryPoint: saml.sso_url,
    idpCert: current,
    idpIssuer: saml.entity_id,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.always,
    ...options,
  });
}

/** Who the service provider takes the sender of the response for. Rejects where it refuses. */
export async function accept(provider: SAML, { saml_response }: IssuedResponse): Promise<Profile> {
  const { profile } = await provider.validatePostResponseAsync({ SAMLResponse: saml_response });
  if (!profile) throw new Error('nobody signed in');
  return profile;
}

export function xmlOf({ saml_response }: IssuedResponse): string {
  return Buffer.from(saml_response, 'base64').toString('utf8');
}

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';

/**
 * Service providers as they should not be: they check that the first signature anywhere is good, and then read a name
 * without asking whether it is what was signed. What they are made to believe shows that an attack is one.
 */
export function careless(response: IssuedResponse, certificate: string) {
  const document = new DOMParser().parseFromString(xmlOf(response), 'text/xml');
  const [signature] = Array.from(document.getElementsByTagNameNS(DSIG, 'Signature'));
  if (!signature) throw new Error('the response is not signed');
  const check = new SignedXml({ publicCert: certificate });
  check.loadSignature(signature);
  const anywhere = document.getElementsByTagNameNS(ASSERTION, 'NameID')[0];
  const byPath = ['Assertion', 'Subject', 'NameID'].reduce(childNamed, document.documentElement);
  return {
    signature_is_good: check.checkSignature(xmlOf(response)),
    /** The first name in the document; the name of the first assertion of the response. */
    believe: [anywhere?.textContent, byPath.textContent],
    /** What is before a comment, as some readers of text stop there. */
    read: anywhere?.firstChild?.nodeValue,
  };
}

function childNamed(parent: Element, name: string): Element {
  const child = Array.from(parent.childNodes).find((each) => each.nodeName === `saml:${name}`);
  if (!child) throw new Error(`${parent.nodeName} has no ${name}`);
  return child as Element;
}
