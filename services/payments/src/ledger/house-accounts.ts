import type { Side } from '../domain/ledger/ledger.js';

/**
 * The house's own accounts. `clearing:stripe` is what the provider holds for us, `fees` what we earned, `provider_fees` what
 * we paid, `opening` where the money of demo data comes from, `service:…` what another service of ours holds, and
 * `receivable` what a person owes us.
 */
export type HouseAccount =
  | { readonly house: 'clearing:stripe' | 'fees' | 'provider_fees' | 'opening' | `service:${string}` }
  | { readonly house: 'receivable'; readonly user_id: string };

interface HouseRule {
  normal_side: Side;
  /** Touched by every payment: it has stripes, so that no row is everybody's lock. */
  striped: boolean;
}

const rules: Record<string, HouseRule> = {
  'clearing:stripe': { normal_side: 'debit', striped: true },
  fees: { normal_side: 'credit', striped: true },
  provider_fees: { normal_side: 'debit', striped: true },
  receivable: { normal_side: 'debit', striped: false },
  opening: { normal_side: 'debit', striped: false },
};

/** None has a limit: what they come to is the sum of what people may do. */
export function houseRule({ house }: HouseAccount): HouseRule {
  return rules[house] ?? { normal_side: 'credit', striped: true };
}
