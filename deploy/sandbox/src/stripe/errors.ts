/** The `error` of an answer: https://docs.stripe.com/api/errors */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  code?: string;
  decline_code?: string;
  doc_url?: string;
  message: string;
  param?: string;
  charge?: string;
  [related: string]: unknown;
}

/** Thrown by endpoints; becomes an answer in one place (server.ts). */
export class StripeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly error: ErrorBody,
  ) {
    super(error.message);
  }
}

interface Details {
  code?: string;
  param?: string;
  status?: number;
  [related: string]: unknown;
}

/** What the caller asked for cannot be done as asked. */
export function invalid(message: string, { status = 400, ...details }: Details = {}): StripeRefusal {
  return new StripeRefusal(status, withDocs({ type: 'invalid_request_error', message, ...details }));
}

/** 404 where the address names what is missing, 400 where a parameter does. */
export function missing(noun: string, id: string, param: string, status: 400 | 404 = 404): StripeRefusal {
  return invalid(`No such ${noun}: '${id}'`, { code: 'resource_missing', param, status });
}

export function internalError(): StripeRefusal {
  const message =
    'An unknown error occurred. If you continue to get this error, contact us at https://support.stripe.com/.';
  return new StripeRefusal(500, { type: 'api_error', message });
}

export function tooManyRequests(): StripeRefusal {
  return invalid(
    'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
    { code: 'rate_limit', status: 429 },
  );
}

/** https://docs.stripe.com/api/idempotent_requests */
export function idempotencyError(status: 400 | 409, message: string, code?: string): StripeRefusal {
  return new StripeRefusal(
    status,
    withDocs({ type: 'idempotency_error', message, ...(code ? { code } : {}) }),
  );
}

export function withDocs(error: ErrorBody): ErrorBody {
  if (error.code === undefined) return error;
  return { ...error, doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}` };
}
