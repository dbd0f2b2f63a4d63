// Original file: florin/identity/v1/limits.proto


export interface Left {
  'per_transaction'?: (string);
  'today'?: (string);
  'currency'?: (string);
}

export interface Left__Output {
  'per_transaction': (string);
  'today': (string);
  'currency': (string);
}
