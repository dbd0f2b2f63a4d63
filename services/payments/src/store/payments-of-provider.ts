import type { Tx } from '@florin/postgres';
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { ProviderEvent } from '../providers/payment-provider.js';
import { payments, refunds } from './schema.js';

/**
 * Has a worker look now at the payment that the provider speaks of. It is found by our id, which stands in the object's
 * metadata, or by the provider's: a charge may be told of before its answer was written. Whoever holds an older version
 * decides again.
 */
export async function promptPayment(tx: Tx, event: ProviderEvent, now: Date): Promise<void> {
  const which = either(
    ours('pay', event.payment_id, (id) => eq(payments.payment_id, id)),
    event.charge_id && eq(payments.provider_id, event.charge_id),
  );
  if (which === undefined) return;
  await tx
    .update(payments)
    .set({ due_at: now, due_attempts: 0, version: sql`${payments.version} + 1` })
    .where(which);
}

/** The same for a payment that waits for its person; for any other, nothing: whoever has the address may come. */
export async function promptConfirmation(tx: Tx, payment_id: string, now: Date): Promise<void> {
  const which = ours('pay', payment_id, (id) => eq(payments.payment_id, id));
  if (which === undefined) return;
  await tx
    .update(payments)
    .set({ due_at: now, due_attempts: 0, version: sql`${payments.version} + 1` })
    .where(and(which, eq(payments.status_reason, 'requires_action')));
}

export async function promptRefund(tx: Tx, event: ProviderEvent, now: Date): Promise<void> {
  // By the provider's id only where ours does not stand there: of that one there is no index.
  const which =
    ours('ref', event.refund_id, (id) => eq(refunds.refund_id, id)) ??
    either(event.provider_refund_id && eq(refunds.provider_id, event.provider_refund_id));
  if (which === undefined) return;
  await tx
    .update(refunds)
    .set({ due_at: now, due_attempts: 0, version: sql`${refunds.version} + 1` })
    .where(which);
}

/** What stands in metadata was written by whoever could: only an id of ours is one. */
function ours(prefix: string, id: string | undefined, where: (id: string) => SQL): SQL | undefined {
  return id !== undefined && new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(id)
    ? where(id)
    : undefined;
}

function either(...conditions: (SQL | '' | undefined)[]): SQL | undefined {
  const given = conditions.filter(
    (condition): condition is SQL => condition !== undefined && condition !== '',
  );
  return given.length === 0 ? undefined : or(...given);
}
