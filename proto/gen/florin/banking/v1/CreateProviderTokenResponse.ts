// Original file: florin/banking/v1/accounts.proto


export interface CreateProviderTokenResponse {
  'bank_token'?: (string);
}

export interface CreateProviderTokenResponse__Output {
  'bank_token': (string);
}
