import { SignedXml } from 'xml-crypto';
import type { SamlKey } from '../keys.js';

const ALGORITHMS = {
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  sha1: {
    signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
  },
};
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/**
 * Signs the element with this ID, enveloped; the signature comes behind its Issuer, where the schema of SAML wants it.
 * @param id one that this package made or took by pattern: it goes into an XPath
 */
export function signElement(
  xml: string,
  id: string,
  { private_key, certificate }: SamlKey,
  digest: keyof typeof ALGORITHMS,
): string {
  const algorithm = ALGORITHMS[digest];
  const signer = new SignedXml({
    privateKey: private_key,
    publicCert: certificate,
    signatureAlgorithm: algorithm.signature,
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  });
  const xpath = `//*[@ID='${id}']`;
  signer.addReference({
    xpath,
    transforms: [ENVELOPED, EXCLUSIVE_C14N],
    digestAlgorithm: algorithm.digest,
  });
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } as const;
  signer.computeSignature(xml, { prefix: 'ds', location });
  return signer.getSignedXml();
}
