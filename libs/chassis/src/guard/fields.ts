import { z } from 'zod';
import { approvalInput, approvalOutput } from '../approval.js';

/** As much as Stripe takes (docs.stripe.com/api/idempotent_requests). Visible ASCII, so that two keys that look alike are equal. */
const KEY = /^[!-~]{1,255}$/;

/** The arguments of every operation that moves money: spread it into the input. */
export const moneyInput = {
  idempotency_key: z
    .string({
      error: (issue) =>
        issue.input === undefined
          ? 'is missing: make one up, such as a UUID, and send the same one again whenever you repeat this call'
          : undefined,
    })
    .regex(KEY, { error: 'must be 1 to 255 visible characters without spaces, such as a UUID' })
    .describe(
      'Makes sure that this happens once. Make up a new one, such as a UUID, for each thing that the person asks for; when ' +
        'you repeat a call (after an error, a timeout or an approval), send the same one with the same arguments.',
    )
    .meta({ examples: ['3f1c9a52-7d0e-4b61-9a35-c2f0e8d41b76'] }),
  ...approvalInput,
};

/**
 * The fields that every result of an operation that moves money has beside its own: spread it into the output. Its `status`
 * must have the value "approval_required", and everything but `status` must be optional: while the person has not decided,
 * nothing exists that could be shown.
 */
export const moneyOutput = {
  approval: approvalOutput.approval,
  next_step: approvalOutput.next_step,
  replayed: z
    .boolean()
    .optional()
    .describe(
      'true: this key was used before. Nothing was done again, and this is what it made, as it is now.',
    )
    .meta({ examples: [false] }),
  receipt_id: z
    .string()
    .max(64)
    .optional()
    .describe('The receipt: names the event that recorded this. Tell the person to keep it.')
    .meta({ examples: ['evt_01jd5c3k8qf6t9w2x4y7z0a1b2'] }),
};
