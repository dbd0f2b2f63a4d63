// Original file: florin/banking/v1/accounts.proto

import type { Account as _florin_banking_v1_Account, Account__Output as _florin_banking_v1_Account__Output } from '../../../florin/banking/v1/Account.js';

export interface GetAccountResponse {
  'account'?: (_florin_banking_v1_Account | null);
}

export interface GetAccountResponse__Output {
  'account': (_florin_banking_v1_Account__Output | null);
}
