// Original file: florin/fraud/v1/screening.proto


export interface GetDecisionRequest {
  'transaction_id'?: (string);
}

export interface GetDecisionRequest__Output {
  'transaction_id': (string);
}
