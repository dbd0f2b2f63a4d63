import type { Scenario } from './scenario.js';
import { debit, withdrawal } from './scenarios/bank.js';
import { card, transfer, unansweredCard } from './scenarios/pay.js';
import { refunds } from './scenarios/refund.js';
import { lostDispute } from './scenarios/webhook.js';

export const scenarios: readonly Scenario[] = [
  transfer,
  card,
  unansweredCard,
  ...refunds,
  debit,
  withdrawal,
  lostDispute,
];
