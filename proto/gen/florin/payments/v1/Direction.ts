// Original file: florin/payments/v1/wallets.proto

export const Direction = {
  DIRECTION_UNSPECIFIED: 'DIRECTION_UNSPECIFIED',
  DIRECTION_FROM_WALLET: 'DIRECTION_FROM_WALLET',
  DIRECTION_TO_WALLET: 'DIRECTION_TO_WALLET',
} as const;

export type Direction =
  | 'DIRECTION_UNSPECIFIED'
  | 0
  | 'DIRECTION_FROM_WALLET'
  | 1
  | 'DIRECTION_TO_WALLET'
  | 2

export type Direction__Output = typeof Direction[keyof typeof Direction]
