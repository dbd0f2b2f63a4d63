import { DOMParser } from '@xmldom/xmldom';

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const STRONG_SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const STRONG_DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];

/** Far beyond an honest response, and few enough that reading them holds nobody up: anybody may send some. */
const MAX_TAGS = 4_000;
const MAX_ATTRIBUTES = 8_000;

/** Why a response is not honoured: for the log, not for who sent it. */
export class SamlRefusal extends Error {}

/** What a response says of itself. Nothing of it is proven: its signature has not been looked at. */
export interface UnverifiedResponse {
  xml: string;
  destination: string | undefined;
  in_response_to: string | undefined;
  succeeded: boolean;
}

/**
 * Reads the form field `SAMLResponse` and refuses, before any signature is looked at, whatever an honest response never
 * has: the tools of those who make one document look different to two readers.
 * @throws SamlRefusal
 */
export function readResponse(field: string): UnverifiedResponse {
  const xml = Buffer.from(field, 'base64').toString('utf8');
  // Document types and their entities, comments and CDATA sections all begin like this, and elements never: in text and
  // attributes "<" is written "&lt;". So no parser gets to see them.
  if (xml.includes('<!')) throw new SamlRefusal('it has a document type, a comment or a CDATA section');
  if (/<\?(?!xml\s)/.test(xml)) throw new SamlRefusal('it has a processing instruction');
  if (count(xml, '<') > MAX_TAGS || count(xml, '=') > MAX_ATTRIBUTES) {
    throw new SamlRefusal('it has too many elements or attributes');
  }
  const root = parse(xml);
  if (root.localName !== 'Response' || root.namespaceURI !== PROTOCOL) {
    throw new SamlRefusal('it is not a Response of SAML 2.0');
  }
  refuseWrapping(root);
  refuseWeakSignatures(root);
  const [status] = elements(root, 'StatusCode');
  return {
    xml,
    destination: root.getAttribute('Destination') || undefined,
    in_response_to: root.getAttribute('InResponseTo') || undefined,
    succeeded: status?.getAttribute('Value') === SUCCESS,
  };
}

/** Signature wrapping hides the signed assertion and shows another one: with one assertion there is nothing to hide. */
function refuseWrapping(root: Element): void {
  if (elements(root, 'Response').length > 0) throw new SamlRefusal('it has a response within');
  if (elements(root, 'EncryptedAssertion').length > 0) throw new SamlRefusal('its assertion is encrypted');
  const assertions = elements(root, 'Assertion');
  if (assertions.length > 1) throw new SamlRefusal('it has more than one assertion');
  if (assertions.some(({ parentNode }) => parentNode !== root)) {
    throw new SamlRefusal('its assertion is not where it belongs');
  }
  for (const signature of elements(root, 'Signature', DSIG)) {
    if (elements(signature, 'SignedInfo').length !== 1) {
      throw new SamlRefusal('a signature does not have one SignedInfo');
    }
    if (elements(signature, 'Object').length > 0) throw new SamlRefusal('a signature has an object within');
  }
}

/** SHA-1 is broken, and an HMAC would be made with a certificate that everybody has. */
function refuseWeakSignatures(root: Element): void {
  const only = (name: string, strong: readonly string[]) => {
    for (const method of elements(root, name)) {
      if (!strong.includes(method.getAttribute('Algorithm') ?? '')) {
        throw new SamlRefusal(`${name} is none of ${strong.join(', ')}`);
      }
    }
  };
  only('SignatureMethod', STRONG_SIGNATURES);
  only('DigestMethod', STRONG_DIGESTS);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function parse(xml: string): Element {
  const refuse = () => {
    throw new SamlRefusal('it is not well-formed XML');
  };
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  const root = parser.parseFromString(xml, 'text/xml')?.documentElement;
  if (!root) throw new SamlRefusal('it is empty');
  return root;
}

/** In any namespace where none is said: a forgery must not escape by another one. */
function elements(parent: Element, name: string, namespace = '*'): Element[] {
  return Array.from(parent.getElementsByTagNameNS(namespace, name));
}
