// Original file: florin/privacy/v1/personal_data.proto


export interface ExportResponse {
  'name'?: (string);
  'json'?: (Buffer | Uint8Array | string);
}

export interface ExportResponse__Output {
  'name': (string);
  'json': (Buffer);
}
