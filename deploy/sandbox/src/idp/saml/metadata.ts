import { html as xml } from '../../page.js';
import { pemBody } from '../certificate.js';
import { EMAIL_FORMAT, PERSISTENT_FORMAT } from './assertion.js';

/** SAML 2.0 Metadata, 2.4.3, of an identity provider; several certificates (PEM) while one follows the other. */
export function idpMetadata(entity_id: string, sso_url: string, certificates: readonly string[]): string {
  const keys = certificates.map(
    (certificate) =>
      xml`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${pemBody(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  );
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entity_id}">
<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
${keys}
<md:NameIDFormat>${EMAIL_FORMAT}</md:NameIDFormat>
<md:NameIDFormat>${PERSISTENT_FORMAT}</md:NameIDFormat>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${sso_url}"/>
</md:IDPSSODescriptor>
</md:EntityDescriptor>
`.text;
}
