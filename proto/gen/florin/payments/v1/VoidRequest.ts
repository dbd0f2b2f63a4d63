// Original file: florin/payments/v1/wallets.proto


export interface VoidRequest {
  'idempotency_key'?: (string);
  'transfer_id'?: (string);
}

export interface VoidRequest__Output {
  'idempotency_key': (string);
  'transfer_id': (string);
}
