import { type Comparison, differenceKinds, isDifference } from '../domain/reconciliation/compare.js';
import type { LedgerViolation } from '../ledger/check-ledger.js';
import type { Finding } from '../store/reconciliations.js';

/** More differences than that have one cause: whoever looks finds it in the first. */
const MOST = 1_000;

type Subject = Pick<Finding, 'kind' | 'subject'>;

/** What a run has found, and what of that which was open before it has seen to agree. */
export interface Findings {
  take(comparisons: readonly Comparison[]): void;
  /** What does not hold in the ledger, which is always looked at as a whole. */
  takeLedger(violations: readonly LedgerViolation[]): void;
  found(): Finding[];
  agreed(): Subject[];
}

/** @param open what was found before, and is not resolved */
export function collectFindings(open: readonly Subject[]): Findings {
  const wasOpen = new Map(open.map((one) => [keyOf(one), one]));
  const different = new Map<string, Finding>();
  const agreed = new Map<string, Subject>();

  function differ(finding: Finding): void {
    const key = keyOf(finding);
    agreed.delete(key);
    if (different.has(key) || different.size < MOST) different.set(key, finding);
  }

  function agree(subject: Subject): void {
    const key = keyOf(subject);
    // A comparison of the same that differs outweighs all that agree.
    if (wasOpen.has(key) && !different.has(key)) agreed.set(key, subject);
  }

  return {
    take(comparisons) {
      for (const one of comparisons) isDifference(one) ? differ(one) : agree(one);
    },
    takeLedger(violations) {
      for (const violation of violations) differ(violation);
      for (const one of wasOpen.values()) if (!comparedKinds.has(one.kind)) agree(one);
    },
    found: () => [...different.values()],
    agreed: () => [...agreed.values()].map(({ kind, subject }) => ({ kind, subject })),
  };
}

const comparedKinds = new Set<string>(differenceKinds);

function keyOf({ kind, subject }: Subject): string {
  return `${kind} ${subject}`;
}
