// Original file: florin/payments/v1/wallets.proto


export interface GetMethodResponse {
  'payment_method_id'?: (string);
  'type'?: (string);
  'status'?: (string);
  'provider_customer_id'?: (string);
  'provider_method_id'?: (string);
}

export interface GetMethodResponse__Output {
  'payment_method_id': (string);
  'type': (string);
  'status': (string);
  'provider_customer_id': (string);
  'provider_method_id': (string);
}
