import { z } from 'zod';
import type { SamlAssertion } from '../../domain/saml-assertion.js';
import type { SamlConnection } from '../../store/saml-connections.js';
import { SamlRefusal } from './read-response.js';

const CLOCK_SKEW_MS = 60_000;
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

/** A SAML assertion whose signature holds, and the attributes in it. */
export interface VerifiedAssertion extends SamlAssertion {
  attributes: ReadonlyMap<string, readonly string[]>;
}

/** Ourselves as a connection's identity provider knows us: by another name at each. */
export interface ServiceProvider {
  entity_id: string;
  acs_url: string;
  /** To be given to the identity provider (SAML 2.0 Metadata). */
  metadata(): Promise<string>;
  /** Where the browser is sent to, with a request of this id (HTTP-Redirect binding). */
  requestUrl(request_id: string): Promise<string>;
  /**
   * What the signed assertion of a response says.
   * @throws Error where no certificate of the connection vouches for the assertion itself
   */
  verify(xml: string, request_id: string): Promise<VerifiedAssertion>;
}

/** @param issuer identity's public URL */
export function createServiceProvider(connection: SamlConnection, issuer: string): ServiceProvider {
  const at = (page: string) => new URL(`/auth/saml/${connection.connection}/${page}`, issuer).href;
  const entity_id = at('metadata');
  const acs_url = at('acs');

  const saml = async (request_id: string) => {
    // At the first sign-in, not at the start: it costs a fifth of a second and 16 MB, and most never need it.
    const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
    return new SAML({
      issuer: entity_id,
      audience: entity_id,
      callbackUrl: acs_url,
      entryPoint: connection.sso_url,
      idpIssuer: connection.idp_entity_id,
      idpCert: connection.certificates,
      wantAssertionsSigned: true,
      // Signing the response besides is the provider's to decide. It does not stand for the assertion's own signature.
      wantAuthnResponseSigned: false,
      identifierFormat: PERSISTENT,
      // How the person is known there is the organization's to decide: many refuse to be told.
      disableRequestedAuthnContext: true,
      acceptedClockSkewMs: CLOCK_SKEW_MS,
      generateUniqueId: () => request_id,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: onlyRequest(request_id),
    });
  };

  return {
    entity_id,
    acs_url,
    metadata: async () => (await saml('_metadata')).generateServiceProviderMetadata(null),
    requestUrl: async (request_id) => (await saml(request_id)).getAuthorizeUrlAsync('', undefined, {}),
    async verify(xml, request_id) {
      const SAMLResponse = Buffer.from(xml).toString('base64');
      const { profile } = await (await saml(request_id)).validatePostResponseAsync({ SAMLResponse });
      return readAssertion(profile?.getAssertion?.());
    },
  };
}

/** The library's memory of requests: the one that this response may answer, which has been looked up by then. */
function onlyRequest(request_id: string) {
  const instant = new Date().toISOString();
  return {
    saveAsync: async () => null,
    getAsync: async (key: string) => (key === request_id ? instant : null),
    removeAsync: async () => null,
  };
}

const text = z.looseObject({ _: z.string().trim() });
const attributes = <S extends z.ZodRawShape>(shape: S) => z.looseObject({ $: z.looseObject(shape) });
const optional = z.string().optional();

/** The library's own form of XML: elements as arrays, `$` for attributes, `_` for text. */
const signedAssertion = z.looseObject({
  Assertion: z.looseObject({
    $: z.looseObject({ ID: z.string().min(1).max(1_024), Version: z.literal('2.0') }),
    Issuer: z.tuple([text]),
    Subject: z.tuple([
      z.looseObject({
        NameID: z.tuple([text.extend({ $: z.looseObject({ Format: optional }).optional() })]),
        SubjectConfirmation: z
          .array(
            attributes({ Method: z.string() }).extend({
              SubjectConfirmationData: z.tuple([
                attributes({
                  Recipient: optional,
                  InResponseTo: optional,
                  NotBefore: optional,
                  NotOnOrAfter: optional,
                }),
              ]),
            }),
          )
          .default([]),
      }),
    ]),
    Conditions: z.tuple([
      attributes({ NotBefore: optional, NotOnOrAfter: optional }).extend({
        AudienceRestriction: z.array(z.looseObject({ Audience: z.array(text) })).default([]),
      }),
    ]),
    // "contains at least one <AuthnStatement>" (SAML 2.0 Profiles, section 4.1.4.2)
    AuthnStatement: z.array(z.unknown()).min(1),
    AttributeStatement: z
      .array(
        z.looseObject({
          Attribute: z
            .array(
              attributes({ Name: z.string() }).extend({ AttributeValue: z.array(z.unknown()).default([]) }),
            )
            .default([]),
        }),
      )
      .default([]),
  }),
});

function readAssertion(parsed: unknown): VerifiedAssertion {
  const checked = signedAssertion.safeParse(parsed);
  if (!checked.success) {
    const places = checked.error.issues.map(({ path }) => path.join('.'));
    throw new SamlRefusal(`the assertion is not as it must be at ${places.join(', ')}`);
  }
  const { $, Issuer, Subject, Conditions, AttributeStatement } = checked.data.Assertion;
  const { NameID, SubjectConfirmation } = Subject[0];
  const conditions = Conditions[0];
  const named = AttributeStatement.flatMap(({ Attribute }) => Attribute);
  return {
    id: $.ID,
    issuer: Issuer[0]._,
    name_id: NameID[0]._,
    name_id_format: NameID[0].$?.Format,
    confirmations: SubjectConfirmation.map(({ $: { Method: method }, SubjectConfirmationData }) => {
      const data = SubjectConfirmationData[0].$;
      return {
        method,
        recipient: data.Recipient,
        in_response_to: data.InResponseTo,
        not_before: data.NotBefore,
        not_on_or_after: data.NotOnOrAfter,
      };
    }),
    not_before: conditions.$.NotBefore,
    not_on_or_after: conditions.$.NotOnOrAfter,
    audiences: conditions.AudienceRestriction.map(({ Audience }) => Audience.map(({ _ }) => _)),
    attributes: new Map(
      named.map(({ $: { Name }, AttributeValue }) => [Name, AttributeValue.flatMap(textOf)]),
    ),
  };
}

/** Text only: a value that has elements within says nothing that we would know how to take. */
function textOf(value: unknown): string[] {
  const parsed = text.safeParse(value);
  return parsed.success ? [parsed.data._] : [];
}
