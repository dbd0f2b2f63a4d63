// Original file: florin/payments/v1/wallets.proto


export interface PostResponse {
  'transfer_id'?: (string);
}

export interface PostResponse__Output {
  'transfer_id': (string);
}
