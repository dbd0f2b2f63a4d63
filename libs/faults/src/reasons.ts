import type { Code } from './codes.js';

interface ReasonEntry {
  code: Code;
  /** Whether the same call, sent again later and unchanged, can succeed. */
  retryable: boolean;
  /** Where HTTP has a status that says it better than the code's own. */
  status?: number;
}

/**
 * Every reason that a Fault may be made with. Clients branch on them: a reason is never renamed and never changes its
 * meaning.
 */
export const reasons = {
  // What any operation may answer.
  INVALID_ARGUMENT: { code: 'INVALID_ARGUMENT', retryable: false },
  INVALID_PAGE_TOKEN: { code: 'INVALID_ARGUMENT', retryable: false },
  NOT_FOUND: { code: 'NOT_FOUND', retryable: false },
  UNKNOWN_TOOL: { code: 'NOT_FOUND', retryable: false },
  UNKNOWN_RESOURCE: { code: 'NOT_FOUND', retryable: false },
  UNKNOWN_PROMPT: { code: 'NOT_FOUND', retryable: false },
  ALREADY_EXISTS: { code: 'ALREADY_EXISTS', retryable: false },
  FAILED_PRECONDITION: { code: 'FAILED_PRECONDITION', retryable: false },
  CONFLICT: { code: 'ABORTED', retryable: true },
  RATE_LIMITED: { code: 'RESOURCE_EXHAUSTED', retryable: true },
  RESOURCE_EXHAUSTED: { code: 'RESOURCE_EXHAUSTED', retryable: true },
  PAYLOAD_TOO_LARGE: { code: 'RESOURCE_EXHAUSTED', retryable: false, status: 413 },
  RESULT_TOO_LARGE: { code: 'OUT_OF_RANGE', retryable: false },
  UNIMPLEMENTED: { code: 'UNIMPLEMENTED', retryable: false },
  METHOD_NOT_ALLOWED: { code: 'UNIMPLEMENTED', retryable: false, status: 405 },
  UNSUPPORTED_MEDIA_TYPE: { code: 'INVALID_ARGUMENT', retryable: false, status: 415 },
  DEADLINE_EXCEEDED: { code: 'DEADLINE_EXCEEDED', retryable: true },
  CANCELLED: { code: 'CANCELLED', retryable: false },
  UNAVAILABLE: { code: 'UNAVAILABLE', retryable: true },
  INTERNAL: { code: 'INTERNAL', retryable: false },

  // Calls that are sent once. OUTCOME_UNKNOWN stays a plain 500 over HTTP: many clients repeat 502, 503 and 504 by
  // themselves, and would do the thing twice.
  OUTCOME_UNKNOWN: { code: 'UNKNOWN', retryable: false },
  IN_PROGRESS: { code: 'ABORTED', retryable: true },
  // draft-ietf-httpapi-idempotency-key-header, 2.7: a key reused with a different payload is answered with 422.
  IDEMPOTENCY_KEY_REUSED: { code: 'INVALID_ARGUMENT', retryable: false, status: 422 },

  // Who is calling.
  UNAUTHENTICATED: { code: 'UNAUTHENTICATED', retryable: false },
  TOKEN_EXPIRED: { code: 'UNAUTHENTICATED', retryable: false },
  INVALID_TOKEN: { code: 'UNAUTHENTICATED', retryable: false },
  INVALID_CREDENTIALS: { code: 'UNAUTHENTICATED', retryable: false },
  REFRESH_TOKEN_REUSED: { code: 'UNAUTHENTICATED', retryable: false },
  INSUFFICIENT_SCOPE: { code: 'PERMISSION_DENIED', retryable: false },
  PERMISSION_DENIED: { code: 'PERMISSION_DENIED', retryable: false },
  WEAK_PASSWORD: { code: 'INVALID_ARGUMENT', retryable: false },
  LAST_ADMIN: { code: 'FAILED_PRECONDITION', retryable: false },
  EMAIL_TAKEN: { code: 'ALREADY_EXISTS', retryable: false },

  // What the person must allow, and has limited.
  APPROVAL_MISMATCH: { code: 'FAILED_PRECONDITION', retryable: false },
  APPROVAL_EXPIRED: { code: 'FAILED_PRECONDITION', retryable: false },
  APPROVAL_DENIED: { code: 'PERMISSION_DENIED', retryable: false },
  APPROVAL_USED: { code: 'FAILED_PRECONDITION', retryable: false },
  TOOL_NOT_ALLOWED: { code: 'PERMISSION_DENIED', retryable: false },

  // Providers.
  PROVIDER_UNAVAILABLE: { code: 'UNAVAILABLE', retryable: true },
  PROVIDER_REJECTED: { code: 'FAILED_PRECONDITION', retryable: false },

  // Banking.
  BANK_LOGIN_REQUIRED: { code: 'FAILED_PRECONDITION', retryable: false },
  LINK_TOKEN_EXPIRED: { code: 'FAILED_PRECONDITION', retryable: false },
  INVALID_PUBLIC_TOKEN: { code: 'INVALID_ARGUMENT', retryable: false },
  ACCOUNT_UNLINKED: { code: 'FAILED_PRECONDITION', retryable: false },

  // Money.
  CARD_NUMBER_REFUSED: { code: 'INVALID_ARGUMENT', retryable: false },
  SCREENING_UNAVAILABLE: { code: 'UNAVAILABLE', retryable: true },
  INSUFFICIENT_FUNDS: { code: 'FAILED_PRECONDITION', retryable: false },
  AMOUNT_TOO_LARGE: { code: 'INVALID_ARGUMENT', retryable: false },
  CURRENCY_MISMATCH: { code: 'INVALID_ARGUMENT', retryable: false },
  SAME_WALLET: { code: 'INVALID_ARGUMENT', retryable: false },
  WALLET_CLOSED: { code: 'FAILED_PRECONDITION', retryable: false },
  WALLET_FROZEN: { code: 'FAILED_PRECONDITION', retryable: false },
  METHOD_EXPIRED: { code: 'FAILED_PRECONDITION', retryable: false },
  // What the payment provider must know of the person before it pays them.
  ONBOARDING_REQUIRED: { code: 'FAILED_PRECONDITION', retryable: false },
  ONBOARDING_PENDING: { code: 'FAILED_PRECONDITION', retryable: true },
  NOT_CANCELABLE: { code: 'FAILED_PRECONDITION', retryable: false },
  NOT_REFUNDABLE: { code: 'FAILED_PRECONDITION', retryable: false },
  REFUND_TOO_LARGE: { code: 'INVALID_ARGUMENT', retryable: false },
} as const satisfies Record<string, ReasonEntry>;

export type Reason = keyof typeof reasons;

/** The entry of a reason; undefined for one that only a newer peer knows. */
export function reasonEntry(reason: string): ReasonEntry | undefined {
  return Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : undefined;
}
