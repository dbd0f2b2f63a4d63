// Original file: florin/mesh/v1/capabilities.proto


export interface CatalogueChanged {
  'content_hash'?: (string);
}

export interface CatalogueChanged__Output {
  'content_hash': (string);
}
