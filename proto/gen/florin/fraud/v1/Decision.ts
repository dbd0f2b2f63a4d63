// Original file: florin/fraud/v1/screening.proto

import type { Verdict as _florin_fraud_v1_Verdict, Verdict__Output as _florin_fraud_v1_Verdict__Output } from '../../../florin/fraud/v1/Verdict.js';
import type { Reason as _florin_fraud_v1_Reason, Reason__Output as _florin_fraud_v1_Reason__Output } from '../../../florin/fraud/v1/Reason.js';

export interface Decision {
  'transaction_id'?: (string);
  'verdict'?: (_florin_fraud_v1_Verdict);
  'risk_score'?: (number);
  'reasons'?: (_florin_fraud_v1_Reason)[];
}

export interface Decision__Output {
  'transaction_id': (string);
  'verdict': (_florin_fraud_v1_Verdict__Output);
  'risk_score': (number);
  'reasons': (_florin_fraud_v1_Reason__Output)[];
}
