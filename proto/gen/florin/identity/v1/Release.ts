// Original file: florin/identity/v1/limits.proto


export interface Release {
  'user_id'?: (string);
  'operation_id'?: (string);
}

export interface Release__Output {
  'user_id': (string);
  'operation_id': (string);
}
