// Original file: florin/mesh/v1/capabilities.proto


export interface DescribeResponse {
  'service'?: (string);
  'version'?: (string);
  'mode'?: (string);
  'content_hash'?: (string);
  'catalogue_json'?: (Buffer | Uint8Array | string);
}

export interface DescribeResponse__Output {
  'service': (string);
  'version': (string);
  'mode': (string);
  'content_hash': (string);
  'catalogue_json': (Buffer);
}
