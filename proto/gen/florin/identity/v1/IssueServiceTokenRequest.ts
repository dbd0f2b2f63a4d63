// Original file: florin/identity/v1/tokens.proto


export interface IssueServiceTokenRequest {
  'service'?: (string);
  'secret'?: (string);
  'on_behalf_of'?: (string);
}

export interface IssueServiceTokenRequest__Output {
  'service': (string);
  'secret': (string);
  'on_behalf_of': (string);
}
