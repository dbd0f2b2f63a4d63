export type { IdpControl } from './control/idp-control.js';
export type {
  ItemSummary,
  PlaidControl,
  TransactionSummary,
} from './control/plaid-control.js';
export type { Status } from './control/status.js';
export type { ChargeSummary, StripeControl } from './control/stripe-control.js';
export type { FaultInput, SandboxFault } from './faults.js';
export type { Misbehaviour } from './idp/oidc/misbehaviours.js';
export type { OidcClient } from './idp/options.js';
export type { Person } from './idp/people.js';
export type { IssuedResponse } from './idp/saml/identity-provider.js';
export {
  ATTACKS,
  type Attack,
  type RespondInput,
  type ResponseOptions,
} from './idp/saml/response-options.js';
export type { Mail, Mailbox, Wanted } from './mail/mailbox.js';
export { type Sandbox, type SandboxControl, type SandboxOptions, start } from './start.js';
export type { StripeRequest } from './stripe/requests.js';
export type { StripeDelivery } from './stripe/webhooks.js';
