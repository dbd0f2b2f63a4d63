// Original file: florin/mesh/v1/capabilities.proto


export interface Failure {
  'code'?: (number);
  'reason'?: (string);
  'message'?: (string);
  'retryable'?: (boolean);
  'details_json'?: (Buffer | Uint8Array | string);
}

export interface Failure__Output {
  'code': (number);
  'reason': (string);
  'message': (string);
  'retryable': (boolean);
  'details_json': (Buffer);
}
