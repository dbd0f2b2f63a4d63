// Original file: florin/banking/v1/accounts.proto

import type { Money as _florin_banking_v1_Money, Money__Output as _florin_banking_v1_Money__Output } from '../../../florin/banking/v1/Money.js';

export interface GetBalanceResponse {
  'account_id'?: (string);
  'current'?: (_florin_banking_v1_Money | null);
  'available'?: (_florin_banking_v1_Money | null);
  'as_of'?: (string);
  'source'?: (string);
}

export interface GetBalanceResponse__Output {
  'account_id': (string);
  'current': (_florin_banking_v1_Money__Output | null);
  'available': (_florin_banking_v1_Money__Output | null);
  'as_of': (string);
  'source': (string);
}
