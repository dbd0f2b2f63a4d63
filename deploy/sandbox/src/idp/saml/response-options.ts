import { z } from 'zod';

export const ATTACKS = [
  /** The name is changed after signing. */
  'tampered',
  /** `root@florin.test<!---->.attacker.test`: signed as a whole, cut at the comment by careless readers of text. */
  'comment_in_name_id',
  /** A second assertion, signed like the first. */
  'two_assertions',
  /** A document type, harmless by itself. */
  'doctype',
  /** The name is an entity that the document declares. */
  'internal_entity',
  /** Entities of entities, ten to the tenth. */
  'entity_expansion',
  /** The name is a file of whoever reads it. */
  'external_entity',
  /**
   * Signature wrapping: what is signed is moved where only the check of the signature looks, and a forgery stands where
   * it was (Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be", USENIX Security 2012; numbered as in SAML
   * Raider). 1 and 2 wrap a signed response, the others a signed assertion.
   */
  'xsw1',
  'xsw2',
  'xsw3',
  'xsw4',
  'xsw5',
  'xsw6',
  'xsw7',
  'xsw8',
  /** The forgery's digest as a comment before the signed one (CVE-2025-29775). */
  'digest_comment',
  /** A second SignedInfo, of the forgery, before the signed one (CVE-2025-29774). */
  'two_signed_infos',
] as const;

export type Attack = (typeof ATTACKS)[number];

const text = z.string().min(1).max(500);
const DAY_MS = 24 * 3_600_000;
const offset = z
  .number()
  .int()
  .min(-365 * DAY_MS)
  .max(365 * DAY_MS);

/** What a response is like; an honest one where nothing is said. Times are counted from when it is issued. */
export const responseOptions = z.strictObject({
  /** What the signature covers. The assertion where absent. */
  signed: z.enum(['assertion', 'response', 'both', 'none']).exactOptional(),
  /** `next` follows `current` at a rollover; `unknown` is nobody's, and its certificate comes along. */
  key: z.enum(['current', 'next', 'unknown']).exactOptional(),
  digest: z.enum(['sha256', 'sha1']).exactOptional(),
  /** `denied`: the person turned back, and there is no assertion. */
  status: z.enum(['success', 'denied']).exactOptional(),
  /** Each of these replaces what an honest response says; null leaves it out. */
  issuer: text.exactOptional(),
  audience: text.nullable().exactOptional(),
  recipient: text.nullable().exactOptional(),
  destination: text.nullable().exactOptional(),
  in_response_to: text.nullable().exactOptional(),
  name_id: text.exactOptional(),
  /** The same as that of an earlier assertion, to try a replay in a new response. */
  assertion_id: z
    .string()
    .regex(/^[A-Za-z_][\w.-]{0,99}$/)
    .exactOptional(),
  /** How far the provider's clock is ahead; negative where it is behind. */
  clock_skew_ms: offset.exactOptional(),
  not_before_ms: offset.exactOptional(),
  not_on_or_after_ms: offset.exactOptional(),
  /** NotOnOrAfter of the confirmation, which may differ from that of the conditions. */
  confirmed_until_ms: offset.exactOptional(),
  attack: z.enum(ATTACKS).exactOptional(),
  /** Who the forgery says it is, where the attack has one. */
  forged_name_id: text.exactOptional(),
});

export type ResponseOptions = z.infer<typeof responseOptions>;

/** One response, without a browser. */
export const respondInput = responseOptions
  .extend({
    /** The URL that the service provider sent the browser to, `SAMLRequest` in it; a response unasked for where absent. */
    request: z.url().max(16_000).exactOptional(),
    /** Who signs in. */
    person: text.default('ada'),
    /** Where the response goes; the request says so, where there is one. */
    acs_url: z.url().max(500).exactOptional(),
  })
  .refine(
    ({ request, acs_url, audience }) =>
      request !== undefined || (acs_url !== undefined && audience !== undefined),
    'without a request, say acs_url and audience',
  );

export type RespondInput = z.input<typeof respondInput>;

/** Who an attacker wants to be, where the test does not say. */
export const VICTIM = 'root@florin.test';
