// Original file: florin/mesh/v1/capabilities.proto


export interface Result {
  'result_json'?: (Buffer | Uint8Array | string);
}

export interface Result__Output {
  'result_json': (Buffer);
}
