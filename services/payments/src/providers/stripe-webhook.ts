import { fault } from '@florin/faults';
import Stripe from 'stripe';
import { z } from 'zod';
import type { ProviderEvent } from './payment-provider.js';

interface Parts {
  stripe: Stripe;
  secrets: readonly string[];
  /** Whether our key moves real money. */
  livemode: boolean;
  now: () => Date;
}

/** "The default tolerance is five minutes" (Stripe, webhook signatures); the SDK means the past alone. */
const TOLERANCE_S = 300;

/**
 * Who a webhook is from, and what it is about.
 * @throws Fault UNAUTHENTICATED, INVALID_ARGUMENT
 */
export function readStripeWebhook(parts: Parts, body: Buffer, signature: string | undefined): ProviderEvent {
  const parsed = eventSchema.safeParse(verify(parts, body, signature));
  if (!parsed.success) throw fault('INVALID_ARGUMENT', 'The webhook is not one of the provider.');
  const { id: event_id, type, livemode } = parsed.data;
  // "Both live and test webhooks are sent to your production webhook URLs" (Stripe, Connect webhooks): of the other world,
  // it is about nothing of ours.
  return livemode === parts.livemode ? toProviderEvent(parsed.data) : { event_id, type };
}

/** As much of an event as is looked at. */
const eventSchema = z.object({
  id: z.string().max(255),
  type: z.string().max(255),
  livemode: z.boolean().default(false),
  data: z.object({ object: z.looseObject({ metadata: z.looseObject({}).nullish() }) }),
});

function verify({ stripe, secrets, now }: Parts, body: Buffer, signature = ''): unknown {
  const now_ms = now().getTime();
  // A signature that lies ahead could be kept and used much later.
  const [time, ...more] = signature.matchAll(/(?:^|,)t=(\d{1,12})(?=,|$)/g);
  const ahead_s = Number(time?.[1] ?? Number.NaN) - now_ms / 1_000;
  // Of several times, the SDK would look at another one than this.
  if (!(ahead_s <= TOLERANCE_S) || more.length > 0) {
    throw refused(new Error('signed in the future, or never'));
  }
  let cause = new Error('there is no secret');
  for (const secret of secrets) {
    try {
      return stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_S, undefined, now_ms);
    } catch (error) {
      // The SDK's error holds the body.
      cause = new Error(error instanceof Stripe.errors.StripeError ? error.type : 'the body is no event');
    }
  }
  throw refused(cause);
}

function refused(cause: Error) {
  return fault('UNAUTHENTICATED', 'The webhook is not signed by the provider.', { cause });
}

function toProviderEvent({
  id: event_id,
  type,
  data: { object },
}: z.infer<typeof eventSchema>): ProviderEvent {
  const kind = text(object.object);
  const metadata = object.metadata ?? {};
  const found = {
    payment_id: text(metadata.payment_id),
    refund_id: text(metadata.refund_id),
    // Charges, refunds and disputes say of which intent they are.
    charge_id: kind === 'payment_intent' ? text(object.id) : text(object.payment_intent),
    provider_refund_id: kind === 'refund' ? text(object.id) : undefined,
    setup_id: kind === 'checkout.session' && object.mode === 'setup' ? text(object.id) : undefined,
  };
  const event: ProviderEvent = { event_id, type };
  for (const [name, value] of Object.entries(found)) {
    if (value !== undefined) Object.assign(event, { [name]: value });
  }
  return event;
}

/** Ids are short: what is not, is not one. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= 255 ? value : undefined;
}
