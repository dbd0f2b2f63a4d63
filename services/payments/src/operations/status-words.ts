import type { PaymentRow } from '../ledger/unit.js';

/** What a model should do about a payment that has not simply succeeded. */
export function wordsOf({ status, status_reason, action_url }: PaymentRow): string | undefined {
  switch (status) {
    case 'held':
      return 'Fraud prevention looks at it. The money is set aside. Do not pay again: get_payment tells when it is decided.';
    case 'declined':
      return 'Fraud prevention declined it, and nothing was paid. Do not try again in another form: tell the person.';
    case 'processing':
      return action_url === null
        ? 'It is under way. Do not pay again: get_payment tells when it is done.'
        : 'The person must confirm it at action_url. Show them the link, then call get_payment.';
    case 'unknown':
      return 'The provider has not said whether it was done; it is being found out. Do not pay again: call get_payment later.';
    case 'failed':
      return `Nothing was paid (${status_reason ?? 'failed'}). To try again, use a new idempotency_key.`;
    default:
      return undefined;
  }
}
