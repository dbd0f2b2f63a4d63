import { amountSchema, currencySchema, parseAmount } from '@florin/money';
import { z } from 'zod';
import { defineMoneyOperation, moneyInput, moneyOutput, newId } from '../src/index.js';

interface Deps {
  paid: string[];
}
export const payToy = defineMoneyOperation<Deps>()({
  name: 'pay_toy',
  title: 'Pay',
  description: 'Pays.',
  scopes: ['payments:write'],
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.strictObject({ to: z.string(), amount: amountSchema, currency: currencySchema, ...moneyInput }),
  output: z.strictObject({
    status: z.enum(['succeeded', 'approval_required']),
    payment_id: z.string().optional(),
    ...moneyOutput,
  }),
  async prepare({ to, amount, currency }) {
    const total = parseAmount(amount, currency);
    return {
      plan: { to, total },
      object_id: newId('pay'),
      total: { amount, currency },
      arguments: { to, amount, currency },
      summary: [{ label: 'To', text: to }],
      source_id: 'wal_1',
      destination_id: to,
    };
  },
  async run({ to, total }, permit, { deps }) {
    deps.paid.push(`${to} ${total.amount_minor} ${permit.operation_id}`);
    return { status: 'succeeded' as const, payment_id: to };
  },
  async replay(object_id) {
    return { status: 'succeeded' as const, payment_id: object_id, replayed: true };
  },
});
