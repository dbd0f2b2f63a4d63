// Original file: florin/payments/v1/wallets.proto

import type { Money as _florin_payments_v1_Money, Money__Output as _florin_payments_v1_Money__Output } from '../../../florin/payments/v1/Money.js';

export interface ReserveRequest {
  'idempotency_key'?: (string);
  'wallet_id'?: (string);
  'amount'?: (_florin_payments_v1_Money | null);
  'reference'?: (string);
}

export interface ReserveRequest__Output {
  'idempotency_key': (string);
  'wallet_id': (string);
  'amount': (_florin_payments_v1_Money__Output | null);
  'reference': (string);
}
