import { type Context, defineResource } from '@florin/chassis';
import type { PaymentsDeps } from '../deps.js';
import { personOf } from '../operations/fields.js';
import { getPayment } from '../operations/get-payment.js';
import { listPayments } from '../store/payments.js';

const MOST = 100;

export const status = defineResource<PaymentsDeps>()({
  name: 'payment_status',
  title: 'Payment status',
  description: 'How one payment stands, for its payer and, once it is paid, its payee.',
  uri: 'payments://{payment_id}/status',
  scopes: ['payments:read'],
  params: getPayment.input,
  output: getPayment.output,
  complete: { payment_id: completePaymentId },

  async read(params, context) {
    const data = await getPayment.run(params, context);
    return { data, last_modified: new Date(data.updated_at) };
  },
});

/** The person's latest payments whose ids begin with what was typed. */
async function completePaymentId(typed: string, { actor, deps }: Context<PaymentsDeps>): Promise<string[]> {
  const rows = await listPayments(personOf(actor), deps.db, {}, { limit: MOST });
  return rows.map(({ payment_id }) => payment_id).filter((id) => id.startsWith(typed));
}
