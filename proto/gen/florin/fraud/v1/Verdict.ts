// Original file: florin/fraud/v1/screening.proto

export const Verdict = {
  VERDICT_UNSPECIFIED: 'VERDICT_UNSPECIFIED',
  VERDICT_APPROVE: 'VERDICT_APPROVE',
  VERDICT_CHALLENGE: 'VERDICT_CHALLENGE',
  VERDICT_HOLD: 'VERDICT_HOLD',
  VERDICT_DECLINE: 'VERDICT_DECLINE',
} as const;

export type Verdict =
  | 'VERDICT_UNSPECIFIED'
  | 0
  | 'VERDICT_APPROVE'
  | 1
  | 'VERDICT_CHALLENGE'
  | 2
  | 'VERDICT_HOLD'
  | 3
  | 'VERDICT_DECLINE'
  | 4

export type Verdict__Output = typeof Verdict[keyof typeof Verdict]
