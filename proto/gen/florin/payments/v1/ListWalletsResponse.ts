// Original file: florin/payments/v1/wallets.proto

import type { Wallet as _florin_payments_v1_Wallet, Wallet__Output as _florin_payments_v1_Wallet__Output } from '../../../florin/payments/v1/Wallet.js';

export interface ListWalletsResponse {
  'wallets'?: (_florin_payments_v1_Wallet)[];
}

export interface ListWalletsResponse__Output {
  'wallets': (_florin_payments_v1_Wallet__Output)[];
}
