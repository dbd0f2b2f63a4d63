// Original file: florin/identity/v1/approvals.proto

import type { ApprovalBinding as _florin_identity_v1_ApprovalBinding, ApprovalBinding__Output as _florin_identity_v1_ApprovalBinding__Output } from '../../../florin/identity/v1/ApprovalBinding.js';
import type { SummaryLine as _florin_identity_v1_SummaryLine, SummaryLine__Output as _florin_identity_v1_SummaryLine__Output } from '../../../florin/identity/v1/SummaryLine.js';

export interface RequestRequest {
  'binding'?: (_florin_identity_v1_ApprovalBinding | null);
  'summary'?: (_florin_identity_v1_SummaryLine)[];
}

export interface RequestRequest__Output {
  'binding': (_florin_identity_v1_ApprovalBinding__Output | null);
  'summary': (_florin_identity_v1_SummaryLine__Output)[];
}
