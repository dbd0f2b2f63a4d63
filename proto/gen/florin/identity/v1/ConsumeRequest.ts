// Original file: florin/identity/v1/approvals.proto

import type { ApprovalBinding as _florin_identity_v1_ApprovalBinding, ApprovalBinding__Output as _florin_identity_v1_ApprovalBinding__Output } from '../../../florin/identity/v1/ApprovalBinding.js';

export interface ConsumeRequest {
  'approval_id'?: (string);
  'binding'?: (_florin_identity_v1_ApprovalBinding | null);
  'operation_id'?: (string);
}

export interface ConsumeRequest__Output {
  'approval_id': (string);
  'binding': (_florin_identity_v1_ApprovalBinding__Output | null);
  'operation_id': (string);
}
