// Original file: florin/banking/v1/accounts.proto


export interface Account {
  'account_id'?: (string);
  'name'?: (string);
  'mask'?: (string);
  'type'?: (string);
  'subtype'?: (string);
  'institution'?: (string);
  'currency'?: (string);
  'status'?: (string);
}

export interface Account__Output {
  'account_id': (string);
  'name': (string);
  'mask': (string);
  'type': (string);
  'subtype': (string);
  'institution': (string);
  'currency': (string);
  'status': (string);
}
