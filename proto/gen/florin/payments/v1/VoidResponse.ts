// Original file: florin/payments/v1/wallets.proto


export interface VoidResponse {
  'transfer_id'?: (string);
}

export interface VoidResponse__Output {
  'transfer_id': (string);
}
