import type { SummaryLine } from '@florin/chassis';
import { createFieldCipher, type KeyRing } from '@florin/postgres';
import { z } from 'zod';

/** A page that nobody reads to its end protects nobody. */
export const summaryLines = z
  .array(z.strictObject({ label: z.string().min(1).max(60), text: z.string().max(300) }))
  .min(1)
  .max(20);

/** What an approval's page shows names payees and amounts: unreadable in the table, and bound to its row. */
export interface ApprovalSummaries {
  /** @throws ZodError for more than a page holds: a programmer's error */
  seal(approval_id: string, summary: readonly SummaryLine[]): string;
  open(approval_id: string, sealed: string): SummaryLine[];
}

export function createApprovalSummaries(ring: KeyRing): ApprovalSummaries {
  const cipher = createFieldCipher(ring);
  const place = (row: string) => ({ table: 'approvals', column: 'summary', row });
  return {
    seal: (approval_id, summary) =>
      cipher.seal(place(approval_id), JSON.stringify(summaryLines.parse(summary))),
    open: (approval_id, sealed) => summaryLines.parse(JSON.parse(cipher.open(place(approval_id), sealed))),
  };
}
