// Original file: florin/identity/v1/tokens.proto


export interface ExchangeRequest {
  'credential'?: (string);
  'client_ip'?: (string);
}

export interface ExchangeRequest__Output {
  'credential': (string);
  'client_ip': (string);
}
