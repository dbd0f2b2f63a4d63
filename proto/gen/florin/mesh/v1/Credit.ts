// Original file: florin/mesh/v1/capabilities.proto


export interface Credit {
  'max_calls'?: (number);
  'max_bytes'?: (number);
}

export interface Credit__Output {
  'max_calls': (number);
  'max_bytes': (number);
}
