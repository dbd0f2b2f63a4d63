// Original file: florin/payments/v1/wallets.proto

import type { Money as _florin_payments_v1_Money, Money__Output as _florin_payments_v1_Money__Output } from '../../../florin/payments/v1/Money.js';

export interface Wallet {
  'wallet_id'?: (string);
  'balance'?: (_florin_payments_v1_Money | null);
  'available'?: (_florin_payments_v1_Money | null);
  'reserved'?: (_florin_payments_v1_Money | null);
  'status'?: (string);
}

export interface Wallet__Output {
  'wallet_id': (string);
  'balance': (_florin_payments_v1_Money__Output | null);
  'available': (_florin_payments_v1_Money__Output | null);
  'reserved': (_florin_payments_v1_Money__Output | null);
  'status': (string);
}
