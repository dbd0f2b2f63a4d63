// Original file: florin/identity/v1/limits.proto


export interface Commit {
  'user_id'?: (string);
  'operation_id'?: (string);
}

export interface Commit__Output {
  'user_id': (string);
  'operation_id': (string);
}
