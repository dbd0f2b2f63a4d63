// Original file: florin/payments/v1/wallets.proto


export interface TransferResponse {
  'transfer_id'?: (string);
}

export interface TransferResponse__Output {
  'transfer_id': (string);
}
