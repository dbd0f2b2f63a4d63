// Original file: florin/banking/v1/accounts.proto

import type { Account as _florin_banking_v1_Account, Account__Output as _florin_banking_v1_Account__Output } from '../../../florin/banking/v1/Account.js';

export interface ListAccountsResponse {
  'accounts'?: (_florin_banking_v1_Account)[];
  'next_page_token'?: (string);
}

export interface ListAccountsResponse__Output {
  'accounts': (_florin_banking_v1_Account__Output)[];
  'next_page_token': (string);
}
