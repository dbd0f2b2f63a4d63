// Original file: florin/identity/v1/tokens.proto


export interface ExchangeRequest {
  'credential'?: (string);
}

export interface ExchangeRequest__Output {
  'credential': (string);
}
