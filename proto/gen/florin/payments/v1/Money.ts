// Original file: florin/payments/v1/wallets.proto


export interface Money {
  'amount'?: (string);
  'currency'?: (string);
}

export interface Money__Output {
  'amount': (string);
  'currency': (string);
}
