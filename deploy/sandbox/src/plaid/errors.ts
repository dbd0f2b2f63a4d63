/** Plaid's documented errors that the stand-in can answer with: https://plaid.com/docs/errors/ */
const CATALOGUE = {
  ACCOUNTS_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to access this item. please try again later',
  ],
  BALANCE_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to access this item. please try again later',
  ],
  INSTITUTIONS_GET_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to get institutions. please try again later',
  ],
  ITEM_GET_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to access this item. please try again later',
  ],
  RATE_LIMIT: ['RATE_LIMIT_EXCEEDED', 429, 'rate limit exceeded. please try again later'],
  TRANSACTIONS_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to access this item. please try again later',
  ],
  TRANSACTIONS_SYNC_LIMIT: [
    'RATE_LIMIT_EXCEEDED',
    429,
    'rate limit exceeded for attempts to access this item. please try again later',
  ],
  INTERNAL_SERVER_ERROR: ['API_ERROR', 500, 'an unexpected error occurred'],
  PLANNED_MAINTENANCE: [
    'API_ERROR',
    503,
    'the Plaid API is temporarily unavailable due to planned maintenance. visit https://status.plaid.com/ for more information',
  ],
  INSTITUTION_DOWN: [
    'INSTITUTION_ERROR',
    400,
    'this institution is not currently responding to this request. please try again soon',
  ],
  INSTITUTION_NOT_RESPONDING: [
    'INSTITUTION_ERROR',
    400,
    'this institution is not currently responding to this request. please try again soon',
  ],
  ITEM_LOGIN_REQUIRED: [
    'ITEM_ERROR',
    400,
    "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
  ],
  ITEM_NOT_FOUND: [
    'ITEM_ERROR',
    400,
    'The Item you requested cannot be found. This Item does not exist, has been previously removed via /item/remove, or has had access removed by the user.',
  ],
  PRODUCT_NOT_READY: [
    'ITEM_ERROR',
    400,
    'the requested product is not yet ready. please provide a webhook or try the request again later',
  ],
  TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION: [
    'TRANSACTIONS_ERROR',
    400,
    'Underlying transaction data changed since last page was fetched. Please restart pagination from last update.',
  ],
  INVALID_ACCESS_TOKEN: ['INVALID_INPUT', 400, 'could not find matching access token'],
  INVALID_ACCOUNT_ID: ['INVALID_INPUT', 400, 'failed to find requested account ID for requested item'],
  INVALID_API_KEYS: ['INVALID_INPUT', 400, 'invalid client_id or secret provided'],
  INVALID_INSTITUTION: ['INVALID_INPUT', 400, 'invalid institution_id provided'],
  INVALID_LINK_TOKEN: [
    'INVALID_INPUT',
    400,
    'the link token is invalid, expired, or was created for another environment',
  ],
  INVALID_PRODUCT: ['INVALID_INPUT', 400, 'the stand-in serves the product transactions only'],
  INVALID_PUBLIC_TOKEN: ['INVALID_INPUT', 400, 'could not find matching public token'],
  INVALID_WEBHOOK_VERIFICATION_KEY_ID: [
    'INVALID_INPUT',
    400,
    'invalid key_id provided. note that key_ids are specific to Plaid environments, and verification requests must be made to the same environment that the webhook was sent from',
  ],
  INVALID_BODY: ['INVALID_REQUEST', 400, 'body could not be parsed as JSON'],
  INVALID_FIELD: ['INVALID_REQUEST', 400, 'a field of the request is invalid'],
  INVALID_HEADERS: ['INVALID_REQUEST', 400, 'a header of the request is invalid'],
  MISSING_FIELDS: ['INVALID_REQUEST', 400, 'a required field is missing'],
  NOT_FOUND: ['INVALID_REQUEST', 404, 'not found'],
  UNKNOWN_FIELDS: ['INVALID_REQUEST', 400, 'a field is not recognized by this endpoint'],
  SANDBOX_WEBHOOK_INVALID: [
    'SANDBOX_ERROR',
    400,
    'Webhook for this item is invalid. Set a webhook for this Item before firing one',
  ],
  SANDBOX_PRODUCT_NOT_ENABLED: [
    'SANDBOX_ERROR',
    400,
    'the stand-in does not serve the product this webhook belongs to',
  ],
} as const satisfies Record<string, readonly [type: string, status: number, message: string]>;

export type PlaidErrorCode = keyof typeof CATALOGUE;

export const PLAID_ERROR_CODES = Object.keys(CATALOGUE) as [PlaidErrorCode, ...PlaidErrorCode[]];

/** What Link would tell a person; null where only the developer can act. */
const DISPLAY: Partial<Record<PlaidErrorCode, string>> = {
  INSTITUTION_DOWN:
    'This financial institution is not currently responding to requests. We apologize for the inconvenience.',
  ITEM_LOGIN_REQUIRED:
    'Username or password is incorrect. If you have recently changed your login, sign in again.',
};

/** Thrown by endpoints; becomes an answer in one place (server.ts). */
export class PlaidError extends Error {
  readonly code: PlaidErrorCode;
  readonly status: number;

  constructor(code: PlaidErrorCode, message?: string) {
    super(message ?? CATALOGUE[code][2]);
    this.code = code;
    this.status = CATALOGUE[code][1];
  }

  /** The `error` of an Item or a webhook: no request stands behind it. */
  toItemError() {
    return { ...this.#fields(), status: this.status };
  }

  toAnswer(request_id: string) {
    const page = CATALOGUE[this.code][0].toLowerCase().replaceAll('_', '-');
    return {
      ...this.#fields(),
      documentation_url: `https://plaid.com/docs/?ref=error#${page}-errors`,
      request_id,
      suggested_action: null,
    };
  }

  #fields() {
    return {
      error_type: CATALOGUE[this.code][0],
      error_code: this.code,
      error_code_reason: null,
      error_message: this.message,
      display_message: DISPLAY[this.code] ?? null,
    };
  }
}

/** The rate limit Plaid names when this endpoint is called too often. */
export function rateLimitOf(path: string): PlaidErrorCode {
  const codes: Record<string, PlaidErrorCode> = {
    '/accounts/get': 'ACCOUNTS_LIMIT',
    '/accounts/balance/get': 'BALANCE_LIMIT',
    '/institutions/get': 'INSTITUTIONS_GET_LIMIT',
    '/item/get': 'ITEM_GET_LIMIT',
    '/transactions/sync': 'TRANSACTIONS_SYNC_LIMIT',
    '/transactions/refresh': 'TRANSACTIONS_LIMIT',
  };
  return codes[path] ?? 'RATE_LIMIT';
}
