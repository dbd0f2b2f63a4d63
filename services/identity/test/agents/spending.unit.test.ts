import { approvalRequired } from '@florin/chassis';
import { expect, it } from 'vitest';
import { exceededText } from '../../src/agents/spending.js';

const limits = { currency: 'USD', per_transaction_minor: 1_000n, per_day_minor: 1_500n };
const approval = {
  approval_id: 'apr_1',
  approval_url: 'https://florin.test/approvals/apr_1',
  expires_at: '',
};

it.each([
  ['currency', "not in USD, in which this agent's limits are"],
  ['per_transaction', 'above 10.00 USD, the most that this agent may spend at a time'],
  ['per_day', 'above 2.00 USD, which is left today of 15.00 USD that this agent may spend in a day'],
] as const)('says in one sentence why the person is asked, where the limit is %s', (verdict, why) => {
  const text = exceededText({ verdict, limits, spent_minor: 1_300n });
  expect(text).toBe(why);
  expect(approvalRequired(approval, text).next_step).toContain(
    `The person has to approve this: ${why}. Show`,
  );
});
