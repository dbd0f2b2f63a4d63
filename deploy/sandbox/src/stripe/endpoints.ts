import type { Endpoint } from './endpoint.js';
import { accountLinks } from './endpoints/account-links.js';
import { accounts } from './endpoints/accounts.js';
import { balance } from './endpoints/balance.js';
import { charges } from './endpoints/charges.js';
import { checkoutSessions } from './endpoints/checkout-sessions.js';
import { customers } from './endpoints/customers.js';
import { disputes } from './endpoints/disputes.js';
import { events } from './endpoints/events.js';
import { externalAccounts } from './endpoints/external-accounts.js';
import { paymentIntents } from './endpoints/payment-intents.js';
import { paymentMethods } from './endpoints/payment-methods.js';
import { payouts } from './endpoints/payouts.js';
import { refunds } from './endpoints/refunds.js';
import { setupIntents } from './endpoints/setup-intents.js';
import { sources } from './endpoints/sources.js';
import { transfers } from './endpoints/transfers.js';
import { webhookEndpoints } from './endpoints/webhook-endpoints.js';

/** In the order in which addresses are matched: `/v1/charges/search` before `/v1/charges/:charge`. */
export const STRIPE_ENDPOINTS: readonly Endpoint[] = [
  ...customers,
  ...paymentMethods,
  ...paymentIntents,
  ...charges,
  ...refunds,
  ...disputes,
  ...setupIntents,
  ...checkoutSessions,
  ...sources,
  ...accounts,
  ...accountLinks,
  ...externalAccounts,
  ...transfers,
  ...payouts,
  ...balance,
  ...events,
  ...webhookEndpoints,
];
