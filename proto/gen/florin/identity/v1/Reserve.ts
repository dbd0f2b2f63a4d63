// Original file: florin/identity/v1/limits.proto


export interface Reserve {
  'agent_id'?: (string);
  'user_id'?: (string);
  'operation_id'?: (string);
  'amount'?: (string);
  'currency'?: (string);
  'approval_id'?: (string);
}

export interface Reserve__Output {
  'agent_id': (string);
  'user_id': (string);
  'operation_id': (string);
  'amount': (string);
  'currency': (string);
  'approval_id': (string);
}
