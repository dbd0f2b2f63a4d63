import { defineOperation, pageInput, pageOutput, userIdSchema } from '@florin/chassis';
import { invalidField } from '@florin/faults';
import { z } from 'zod';
import type { PaymentsDeps } from '../deps.js';
import { listPayments as list } from '../store/payments.js';
import {
  paymentSchema,
  paymentStatuses,
  personOf,
  toPayment,
  untrustedDescription,
  untrustedOf,
} from './fields.js';

const day = z.iso.date({ error: 'must be a date such as 2026-11-02' });
const DAY_MS = 86_400_000;
/** A result holds 64 KiB at most; the rest is for what is around the payments. */
const MAX_BYTES = 60 * 1_024;

export const listPayments = defineOperation<PaymentsDeps>()({
  name: 'list_payments',
  title: 'List payments',
  description:
    'Lists what the person has paid (direction "out") and was paid (direction "in"), the newest first. All filters are ' +
    'optional and must all hold. Bank transactions are not among them: use search_transactions for those.',
  scopes: ['payments:read'],
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.strictObject({
    user_id: userIdSchema,
    status: z
      .enum(paymentStatuses)
      .optional()
      .describe('Only those that stand so.')
      .meta({ examples: ['succeeded'] }),
    direction: z
      .enum(['out', 'in'])
      .optional()
      .describe('out: only what the person pays. in: only what they are paid.')
      .meta({ examples: ['out'] }),
    start_date: day
      .optional()
      .describe('The first day (UTC), included.')
      .meta({ examples: ['2026-10-01'] }),
    end_date: day
      .optional()
      .describe('The last day (UTC), included.')
      .meta({ examples: ['2026-10-31'] }),
    ...pageInput,
  }),
  output: z.strictObject({
    payments: z.array(paymentSchema).describe('The payments, the newest first.'),
    untrusted_fields: untrustedDescription,
    ...pageOutput,
  }),

  async run({ user_id, page_size, page_token, ...filters }, { actor, deps }) {
    const owner = personOf(actor, user_id);
    const { status, direction, start_date, end_date } = filters;
    if (start_date !== undefined && end_date !== undefined && end_date < start_date) {
      throw invalidField('end_date', 'must not be before start_date.');
    }
    const query = ['list_payments', owner, Object.entries(filters).toSorted()];
    const after = page_token === undefined ? undefined : deps.pageTokens.read(query, page_token);
    const rows = await list(
      owner,
      deps.db,
      {
        status,
        direction,
        from: start_date === undefined ? undefined : new Date(start_date),
        until: end_date === undefined ? undefined : new Date(Date.parse(end_date) + DAY_MS),
      },
      { after, limit: page_size + 1 },
    );
    const shown = fitting(rows.slice(0, page_size).map((row) => toPayment(row, owner)));
    const page = rows.slice(0, shown.length);
    const last = page.at(-1);
    const foreign = page.find((row) => untrustedOf(row, owner).untrusted_fields !== undefined);
    return {
      payments: shown,
      ...(foreign && untrustedOf(foreign, owner)),
      ...(rows.length > page.length &&
        last && { next_page_token: deps.pageTokens.issue(query, last.payment_id) }),
    };
  },
});

/** As many as fit into one result: whoever wrote long descriptions makes pages shorter, not fail. */
function fitting(payments: z.input<typeof paymentSchema>[]): z.input<typeof paymentSchema>[] {
  let bytes = 0;
  const until = payments.findIndex((payment) => {
    bytes += Buffer.byteLength(JSON.stringify(payment)) + 1;
    return bytes > MAX_BYTES;
  });
  return until < 0 ? payments : payments.slice(0, Math.max(until, 1));
}
