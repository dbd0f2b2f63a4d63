// Original file: florin/identity/v1/approvals.proto

import type { Approval as _florin_identity_v1_Approval, Approval__Output as _florin_identity_v1_Approval__Output } from '../../../florin/identity/v1/Approval.js';

export interface ConsumeResponse {
  'pending'?: (_florin_identity_v1_Approval | null);
}

export interface ConsumeResponse__Output {
  'pending': (_florin_identity_v1_Approval__Output | null);
}
