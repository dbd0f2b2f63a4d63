// Original file: florin/payments/v1/wallets.proto

import type { Direction as _florin_payments_v1_Direction, Direction__Output as _florin_payments_v1_Direction__Output } from '../../../florin/payments/v1/Direction.js';
import type { Money as _florin_payments_v1_Money, Money__Output as _florin_payments_v1_Money__Output } from '../../../florin/payments/v1/Money.js';

export interface TransferRequest {
  'idempotency_key'?: (string);
  'wallet_id'?: (string);
  'direction'?: (_florin_payments_v1_Direction);
  'amount'?: (_florin_payments_v1_Money | null);
  'reference'?: (string);
}

export interface TransferRequest__Output {
  'idempotency_key': (string);
  'wallet_id': (string);
  'direction': (_florin_payments_v1_Direction__Output);
  'amount': (_florin_payments_v1_Money__Output | null);
  'reference': (string);
}
