// Original file: florin/fraud/v1/screening.proto

import type { Decision as _florin_fraud_v1_Decision, Decision__Output as _florin_fraud_v1_Decision__Output } from '../../../florin/fraud/v1/Decision.js';
import type { Failure as _florin_mesh_v1_Failure, Failure__Output as _florin_mesh_v1_Failure__Output } from '../../../florin/mesh/v1/Failure.js';

export interface ScreenResponse {
  'request_id'?: (number);
  'decision'?: (_florin_fraud_v1_Decision | null);
  'failure'?: (_florin_mesh_v1_Failure | null);
  'outcome'?: "decision"|"failure";
}

export interface ScreenResponse__Output {
  'request_id': (number);
  'decision'?: (_florin_fraud_v1_Decision__Output | null);
  'failure'?: (_florin_mesh_v1_Failure__Output | null);
  'outcome'?: "decision"|"failure";
}
