// Original file: florin/banking/v1/accounts.proto


export interface GetBalanceRequest {
  'account_id'?: (string);
}

export interface GetBalanceRequest__Output {
  'account_id': (string);
}
