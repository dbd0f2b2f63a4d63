// Original file: florin/payments/v1/wallets.proto


export interface GetMethodRequest {
  'payment_method_id'?: (string);
}

export interface GetMethodRequest__Output {
  'payment_method_id': (string);
}
