import { z } from 'zod';

/**
 * The attributes of CloudEvents 1.0 in the structured JSON mode, with the extensions `sequence`, `resources` and `traceparent`.
 * What an event is about is in `data`, what happened in `type`.
 */
export const envelopeFields = {
  specversion: z.literal('1.0'),
  id: z
    .string()
    .regex(/^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
    .meta({
      description:
        'Unique among all events, and the Nats-Msg-Id: the same event delivered again has the same id.',
    }),
  subject: z.string().min(1).max(64).meta({ description: 'The id of the aggregate that changed.' }),
  time: z.iso.datetime().meta({ description: 'When it happened, in UTC.' }),
  datacontenttype: z.literal('application/json'),
  sequence: z
    .string()
    .regex(/^[0-9]{19}$/)
    .meta({
      description:
        'Orders the events of one subject: later is greater, compared as text. Contiguous, starting at 1, padded with zeros.',
    }),
  resources: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^\S+( \S+){0,7}$/)
    .optional()
    .meta({
      description:
        'The URIs of resources that read differently from now on, at most 8, separated by spaces. With ids, never `me`.',
    }),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional()
    .meta({ description: 'W3C Trace Context of what caused the event.' }),
};

/**
 * An aggregate's counter as the attribute `sequence`. The extension demands text that sorts: "the producer MUST ensure
 * that the sequence values are lexicographically-orderable", by "padding the values with leading zeros".
 */
export function sequenceText(counter: bigint): string {
  return String(counter).padStart(19, '0');
}
