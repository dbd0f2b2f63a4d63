import type { Endpoint } from './endpoint.js';
import { balance } from './endpoints/balance.js';
import { charges } from './endpoints/charges.js';
import { customers } from './endpoints/customers.js';
import { events } from './endpoints/events.js';
import { paymentIntents } from './endpoints/payment-intents.js';
import { paymentMethods } from './endpoints/payment-methods.js';
import { refunds } from './endpoints/refunds.js';
import { webhookEndpoints } from './endpoints/webhook-endpoints.js';

/** In the order in which addresses are matched: `/v1/charges/search` before `/v1/charges/:charge`. */
export const STRIPE_ENDPOINTS: readonly Endpoint[] = [
  ...customers,
  ...paymentMethods,
  ...paymentIntents,
  ...charges,
  ...refunds,
  ...balance,
  ...events,
  ...webhookEndpoints,
];
