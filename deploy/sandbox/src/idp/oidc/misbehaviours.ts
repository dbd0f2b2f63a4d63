/** What is wrong with the ID token. */
export const ID_TOKEN_MISBEHAVIOURS = [
  'wrong_nonce',
  'no_nonce',
  'wrong_issuer',
  'wrong_audience',
  'expired',
  'issued_in_future',
  /** `alg: none` */
  'unsigned',
  /** The claims name another person; the signature is that of the honest token. */
  'tampered',
  /** Signed with a key that is not in the JWKS, under the key id of one that is. */
  'unknown_key',
  /** HS256, the public key being the secret. */
  'hmac_with_public_key',
] as const;

/** Every way in which the OpenID provider can be told to misbehave. */
export const MISBEHAVIOURS = [
  ...ID_TOKEN_MISBEHAVIOURS,
  /** The answer to the browser carries another `state`. */
  'wrong_state',
  /** The answer to the browser names another issuer (RFC 9207), as in a mix-up. */
  'wrong_response_issuer',
  /** The metadata names another issuer than the address they were read from. */
  'wrong_metadata_issuer',
  /** `sub` of userinfo is not that of the ID token. */
  'wrong_userinfo_subject',
] as const;

export type IdTokenMisbehaviour = (typeof ID_TOKEN_MISBEHAVIOURS)[number];
export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

export function isAboutIdToken(how: Misbehaviour): how is IdTokenMisbehaviour {
  return (ID_TOKEN_MISBEHAVIOURS as readonly Misbehaviour[]).includes(how);
}
