// Original file: florin/fraud/v1/screening.proto


export interface ScreenRequest {
  'request_id'?: (number);
  'service_token'?: (string);
  'transaction_id'?: (string);
  'user_id'?: (string);
  'client_id'?: (string);
  'agent_id'?: (string);
  'operation'?: (string);
  'amount'?: (string);
  'currency'?: (string);
  'source_id'?: (string);
  'destination_id'?: (string);
  'payee_user_id'?: (string);
  'known_payee'?: (boolean);
  'occurred_at'?: (string);
  'operation_id'?: (string);
}

export interface ScreenRequest__Output {
  'request_id': (number);
  'service_token': (string);
  'transaction_id': (string);
  'user_id': (string);
  'client_id': (string);
  'agent_id': (string);
  'operation': (string);
  'amount': (string);
  'currency': (string);
  'source_id': (string);
  'destination_id': (string);
  'payee_user_id': (string);
  'known_payee': (boolean);
  'occurred_at': (string);
  'operation_id': (string);
}
