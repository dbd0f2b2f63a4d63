// Original file: florin/fraud/v1/screening.proto


export interface Reason {
  'code'?: (string);
  'text'?: (string);
  'weight'?: (number);
}

export interface Reason__Output {
  'code': (string);
  'text': (string);
  'weight': (number);
}
