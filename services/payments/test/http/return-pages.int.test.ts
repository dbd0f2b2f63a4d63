import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OutsideMoney, startOutsideMoney } from '../support/outside-money.js';
import { toUuid } from '../support/payments-under-test.js';

let outside: OutsideMoney;

beforeAll(async () => {
  outside = await startOutsideMoney('return-pages');
});
afterAll(() => outside?.stop());

async function versionOf(payment_id: unknown): Promise<number> {
  const [row] = await outside.payments.sql<{ version: number }[]>`
    select version::int from payments where payment_id = ${toUuid(String(payment_id))}`;
  return row?.version ?? -1;
}

async function visit(payment_id: unknown): Promise<string> {
  const response = await fetch(`${outside.payments.url}/payments/${payment_id}/return`);
  expect(response.status).toBe(200);
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  return response.text();
}

describe('GET /payments/<id>/return', () => {
  it('has a payment looked at that waits for the person, and no other: anybody can open it', async () => {
    // Its webhooks would have them looked at as well.
    outside.payments.sandbox.control.setFault({ kind: 'drop_webhooks' });
    const ada = await outside.payments.newPerson(10_000n);
    const paid = await outside.fund(ada, await outside.method(ada, 'pm_card_visa'));
    expect(paid).toMatchObject({ status: 'succeeded' });
    const waiting = await outside.fund(ada, await outside.method(ada, 'pm_card_authenticationRequired'));
    const [before, asked] = [await versionOf(paid.payment_id), await versionOf(waiting.payment_id)];
    const page = await visit(paid.payment_id);
    expect(await visit(waiting.payment_id)).toBe(page);
    expect(await visit('pay_00000000000000000000000000')).toBe(page);
    expect(await versionOf(paid.payment_id)).toBe(before);
    expect(await versionOf(waiting.payment_id)).toBeGreaterThan(asked);
  });
});
