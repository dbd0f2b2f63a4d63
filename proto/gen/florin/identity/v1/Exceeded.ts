// Original file: florin/identity/v1/limits.proto


export interface Exceeded {
  'limit'?: (string);
  'message'?: (string);
}

export interface Exceeded__Output {
  'limit': (string);
  'message': (string);
}
