import { createHash } from 'node:crypto';
import { z } from 'zod';
import { idSchema } from './ids.js';

/** One line of what an approval's page shows: whom it pays, say, and how much. */
export interface SummaryLine {
  label: string;
  text: string;
}

/** What waits for the person: where they decide, and until when. */
export interface ApprovalRequest {
  approval_id: string;
  /** A page at identity. Only the person, signed in there with a browser, can open it. */
  approval_url: string;
  /** RFC 3339, UTC. */
  expires_at: string;
}

/** Whether an operation may go on now, or what the person must be shown first. */
export type ApprovalResult = { granted: true } | { granted: false; approval: ApprovalRequest };

/** The argument of every operation that may need the person's approval. */
export const approvalInput = {
  approval_id: idSchema(
    'apr',
    'The approval that an earlier call with the same arguments asked for, once the person has granted it.',
  ).optional(),
};

/** The fields of every result that may be a request for the person's approval. */
export const approvalOutput = {
  status: z
    .enum(['done', 'approval_required'])
    .describe('"approval_required": nothing has happened yet, and the person must decide first.')
    .meta({ examples: ['done'] }),
  approval: z
    .strictObject({
      approval_id: idSchema('apr', 'Send it back in approval_id.'),
      approval_url: z
        .string()
        .describe('The page on which the person decides. Only they can open it.')
        .meta({ examples: ['https://florin.example/approvals/apr_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
      expires_at: z
        .string()
        .describe('Until when it can be granted and used.')
        .meta({ examples: ['2026-11-02T09:05:00.000Z'] }),
    })
    .optional()
    .describe('What the person is asked; only where approval is required.'),
  next_step: z.string().optional().describe('What to do now; only where approval is required.'),
};

/**
 * The result of an operation that waits for the person.
 * @param why in a few words, where the operation alone does not say it
 */
export function approvalRequired(approval: ApprovalRequest, why?: string) {
  const reason = why === undefined ? '' : `The person has to approve this: ${why.replace(/\.$/, '')}. `;
  return {
    status: 'approval_required' as const,
    approval,
    next_step:
      `${reason}Show approval_url to the person and wait until they say that they have decided. Then repeat this call ` +
      `with the same arguments and approval_id ${approval.approval_id}.`,
  };
}

/**
 * What an approval is bound to: SHA-256, in hex, of the arguments in one canonical form, whatever the order of their
 * fields. Pass resolved arguments (the payee's id, the fee), or what a name stands for could change after the person agreed.
 * `idempotency_key` and `approval_id` are left out: they say which call it is, not what it does.
 */
export function argumentsHash(args: object): string {
  const { idempotency_key: _key, approval_id: _approval, ...bound } = args as Record<string, unknown>;
  return createHash('sha256').update(canonicalJson(bound)).digest('hex');
}

/** RFC 8785, section 3.2.3: properties are sorted by their names, as UTF-16 code units, at every depth. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const properties = value as Record<string, unknown>;
  const present = Object.keys(properties).filter((name) => properties[name] !== undefined);
  const pairs = present.sort().map((name) => `${JSON.stringify(name)}:${canonicalJson(properties[name])}`);
  return `{${pairs.join(',')}}`;
}
