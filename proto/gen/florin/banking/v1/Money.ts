// Original file: florin/banking/v1/accounts.proto


export interface Money {
  'amount'?: (string);
  'currency'?: (string);
}

export interface Money__Output {
  'amount': (string);
  'currency': (string);
}
