// Original file: florin/payments/v1/wallets.proto


export interface ReserveResponse {
  'transfer_id'?: (string);
}

export interface ReserveResponse__Output {
  'transfer_id': (string);
}
