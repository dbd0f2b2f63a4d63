/** What a signed assertion says, as far as it matters. Times are as written, in RFC 3339. */
export interface SamlAssertion {
  id: string;
  issuer: string;
  name_id: string;
  name_id_format: string | undefined;
  confirmations: readonly {
    method: string;
    recipient: string | undefined;
    in_response_to: string | undefined;
    not_before: string | undefined;
    not_on_or_after: string | undefined;
  }[];
  not_before: string | undefined;
  not_on_or_after: string | undefined;
  /** One list for each restriction. */
  audiences: readonly (readonly string[])[];
}

export interface AssertionExpectation {
  idp_entity_id: string;
  /** Our entity id at this connection. */
  audience: string;
  acs_url: string;
  request_id: string;
}

/** How much the clocks of two machines may differ. */
const CLOCK_SKEW_MS = 60_000;
/** The longest that an assertion may live: it must be remembered as long, or it could be used again. */
const MAX_LIFE_MS = 24 * 3_600_000;
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

export type AssertionVerdict = { accepted: true; expires_at: Date } | { accepted: false; reason: string };

/** SAML 2.0 Profiles, section 4.1.4.3: what a service provider checks of an assertion besides its signature. */
export function judgeAssertion(
  assertion: SamlAssertion,
  expected: AssertionExpectation,
  now: Date,
): AssertionVerdict {
  const reason = flawOf(assertion, expected, now);
  if (reason !== undefined) return { accepted: false, reason };
  return {
    accepted: true,
    expires_at: new Date(Date.parse(assertion.not_on_or_after ?? '') + CLOCK_SKEW_MS),
  };
}

function flawOf(assertion: SamlAssertion, expected: AssertionExpectation, now: Date): string | undefined {
  if (assertion.issuer !== expected.idp_entity_id) return 'the issuer is another identity provider';
  if (assertion.name_id === '') return 'the person has no name';
  // "Indicates that the content of the element is an identifier with transient semantics": another one each time.
  if (assertion.name_id_format === TRANSIENT) return 'the name of the person is good for this time only';
  // "The assertion(s) … MUST contain an <AudienceRestriction> including the service provider's unique identifier"
  if (assertion.audiences.length === 0) return 'no audience is named';
  if (!assertion.audiences.every((audience) => audience.includes(expected.audience))) {
    return 'the audience is another service provider';
  }
  return (
    flawOfTime(assertion, now, 'assertion') ??
    flawOfLife(assertion, now) ??
    flawOfConfirmation(assertion, expected, now)
  );
}

/** "At least one bearer <SubjectConfirmation>": exactly one, so that none can hide behind another. */
function flawOfConfirmation(
  { confirmations }: SamlAssertion,
  expected: AssertionExpectation,
  now: Date,
): string | undefined {
  const [confirmation, ...more] = confirmations;
  if (confirmation === undefined || more.length > 0) return 'there is not one confirmation of the subject';
  if (confirmation.method !== BEARER) return 'the subject is not confirmed as a bearer';
  // "Verify that the Recipient attribute … matches the assertion consumer service URL to which the … response was delivered"
  if (confirmation.recipient !== expected.acs_url) return 'the recipient is another address';
  // "Verify that the InResponseTo attribute … equals the ID of its original <AuthnRequest> message"
  if (confirmation.in_response_to !== expected.request_id) return 'it answers another request';
  return flawOfTime(confirmation, now, 'confirmation');
}

function flawOfTime(
  bounds: { not_before: string | undefined; not_on_or_after: string | undefined },
  now: Date,
  what: string,
): string | undefined {
  const not_before_ms =
    bounds.not_before === undefined ? Number.NEGATIVE_INFINITY : Date.parse(bounds.not_before);
  const not_on_or_after_ms = Date.parse(bounds.not_on_or_after ?? '');
  if (Number.isNaN(not_before_ms) || Number.isNaN(not_on_or_after_ms)) return `the ${what} has no usable end`;
  if (now.getTime() + CLOCK_SKEW_MS < not_before_ms) return `the ${what} is not valid yet`;
  if (now.getTime() - CLOCK_SKEW_MS >= not_on_or_after_ms) return `the ${what} has expired`;
  return undefined;
}

function flawOfLife({ not_on_or_after }: SamlAssertion, now: Date): string | undefined {
  const left_ms = Date.parse(not_on_or_after ?? '') - now.getTime();
  return left_ms > MAX_LIFE_MS ? 'the assertion is valid for more than a day' : undefined;
}
