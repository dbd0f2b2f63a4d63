// Original file: florin/identity/v1/tokens.proto

import type { Revocation as _florin_identity_v1_Revocation, Revocation__Output as _florin_identity_v1_Revocation__Output } from '../../../florin/identity/v1/Revocation.js';

export interface ListRevocationsResponse {
  'revocations'?: (_florin_identity_v1_Revocation)[];
}

export interface ListRevocationsResponse__Output {
  'revocations': (_florin_identity_v1_Revocation__Output)[];
}
