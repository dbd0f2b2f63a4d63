import { inflateRawSync } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import { isAllowed } from '../destinations.js';

/** What an AuthnRequest asks for. */
export interface AuthnRequest {
  id: string;
  /** The entity id of who asks; the audience of the answer. */
  issuer: string;
  acs_url: string;
  name_id_format: string | null;
}

/** Why a request is not answered: what the page says. */
export class SamlRefusal extends Error {}

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const MAX_XML_BYTES = 64 * 1_024;

/**
 * Reads the `SAMLRequest` of an HTTP-Redirect binding: deflated, then base64 (SAML 2.0 Bindings, 3.4.4.1).
 * A signature over the request is not looked at. Throws a SamlRefusal.
 */
export function readAuthnRequest(
  saml_request: string,
  { sso_url, acs_urls }: { sso_url: string; acs_urls: readonly string[] },
): AuthnRequest {
  const root = parse(inflate(saml_request));
  if (root.localName !== 'AuthnRequest' || root.namespaceURI !== PROTOCOL) {
    throw new SamlRefusal('The request is not an AuthnRequest of SAML 2.0.');
  }
  const id = root.getAttribute('ID') ?? '';
  const issuer = root.getElementsByTagNameNS(ASSERTION, 'Issuer')[0]?.textContent?.trim() ?? '';
  const acs_url = root.getAttribute('AssertionConsumerServiceURL') ?? '';
  const destination = root.getAttribute('Destination') ?? '';
  if (id === '' || issuer === '') throw new SamlRefusal('The request has no ID or no Issuer.');
  // "If [Destination] is present, the actual recipient MUST check that the URI reference identifies the location at
  // which the message was received." (SAML 2.0 Core, 3.2.1)
  if (destination !== '' && destination !== sso_url) {
    throw new SamlRefusal(`The request is for ${destination}, and this is ${sso_url}.`);
  }
  if (!isAllowed(acs_url, acs_urls)) {
    throw new SamlRefusal(`The answer may not be sent to ${acs_url || 'an address that is not named'}.`);
  }
  const policy = root.getElementsByTagNameNS(PROTOCOL, 'NameIDPolicy')[0];
  return { id, issuer, acs_url, name_id_format: policy?.getAttribute('Format') || null };
}

function inflate(saml_request: string): string {
  try {
    const compressed = Buffer.from(saml_request, 'base64');
    return inflateRawSync(compressed, { maxOutputLength: MAX_XML_BYTES }).toString('utf8');
  } catch (cause) {
    throw new SamlRefusal('The request cannot be read: it must be deflated, then base64.', { cause });
  }
}

function parse(xml: string): Element {
  if (/<!DOCTYPE/i.test(xml)) throw new SamlRefusal('The request has a document type, which SAML forbids.');
  const refuse = (cause: unknown) => {
    throw new SamlRefusal('The request is not well-formed XML.', { cause });
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const root = parser.parseFromString(xml, 'text/xml')?.documentElement;
  if (!root) throw new SamlRefusal('The request is empty.');
  return root;
}
