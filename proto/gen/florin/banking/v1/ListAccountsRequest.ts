// Original file: florin/banking/v1/accounts.proto


export interface ListAccountsRequest {
  'page_size'?: (number);
  'page_token'?: (string);
}

export interface ListAccountsRequest__Output {
  'page_size': (number);
  'page_token': (string);
}
