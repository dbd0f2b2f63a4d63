// Original file: florin/fraud/v1/screening.proto

import type { Decision as _florin_fraud_v1_Decision, Decision__Output as _florin_fraud_v1_Decision__Output } from '../../../florin/fraud/v1/Decision.js';

export interface GetDecisionResponse {
  'decision'?: (_florin_fraud_v1_Decision | null);
}

export interface GetDecisionResponse__Output {
  'decision': (_florin_fraud_v1_Decision__Output | null);
}
