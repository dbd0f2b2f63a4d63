// Original file: florin/banking/v1/accounts.proto


export interface CreateProviderTokenRequest {
  'account_id'?: (string);
}

export interface CreateProviderTokenRequest__Output {
  'account_id': (string);
}
