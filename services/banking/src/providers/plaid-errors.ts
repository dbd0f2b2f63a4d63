import { type Fault, fault } from '@florin/faults';
import { z } from 'zod';
import { ChangedWhilePaging, LinkGone, loginRequired } from './bank-data.js';

/** What the SDK throws: an error of axios. Read by its shape, as the SDK brings its own copy of axios. */
const httpError = z.object({
  isAxiosError: z.literal(true),
  code: z.string().optional(),
  response: z
    .object({
      status: z.number(),
      data: z
        .object({ error_type: z.string(), error_code: z.string() })
        .catch({ error_type: '', error_code: '' }),
    })
    .optional(),
});

export interface PlaidFailure {
  /** Undefined where no answer came. */
  status: number | undefined;
  /** https://plaid.com/docs/errors/; empty where the answer is not Plaid's. */
  error_type: string;
  error_code: string;
}

/** @returns undefined for what is no answer and no failed connection: a mistake of ours */
export function readFailure(error: unknown): PlaidFailure | undefined {
  const parsed = httpError.safeParse(error);
  if (!parsed.success) return undefined;
  const { response } = parsed.data;
  return response === undefined
    ? { status: undefined, error_type: '', error_code: '' }
    : { status: response.status, ...response.data };
}

/** Errors of the bank behind Plaid that pass by themselves. */
const bankIsDown = new Set(['INSTITUTION_DOWN', 'INSTITUTION_NOT_RESPONDING', 'PRODUCT_NOT_READY']);

export function isTransient({ status, error_code }: PlaidFailure): boolean {
  return status === undefined || status === 429 || status >= 500 || bankIsDown.has(error_code);
}

/** An error of the SDK in our words. The SDK's own holds the request with its secrets, so it is never passed on. */
export function toBankError(error: unknown): Error {
  const failure = readFailure(error);
  if (failure === undefined)
    return error instanceof Error ? error : new Error('the bank client threw no error');
  const cause = new Error(describe(failure));
  switch (failure.error_code) {
    case 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION':
      return new ChangedWhilePaging(cause.message);
    case 'ITEM_NOT_FOUND':
    case 'INVALID_ACCESS_TOKEN':
      return new LinkGone(cause.message);
    case 'ITEM_LOGIN_REQUIRED':
      return loginRequired(cause);
    case 'INVALID_PUBLIC_TOKEN':
      return fault(
        'INVALID_PUBLIC_TOKEN',
        'The public_token is not valid, was used already, or is older than 30 minutes. Link the bank again with create_link_token.',
        { cause },
      );
  }
  if (failure.status === 429) {
    return fault('RATE_LIMITED', 'The bank is asked too often right now. Try again in a minute.', { cause });
  }
  return isTransient(failure) ? unavailable(cause) : rejected(cause);
}

function unavailable(cause: Error): Fault {
  return fault('PROVIDER_UNAVAILABLE', 'The bank cannot be reached right now. Try again in a minute.', {
    cause,
  });
}

function rejected(cause: Error): Fault {
  return fault(
    'PROVIDER_REJECTED',
    'The bank connection refused this request; repeating it does not help. Report the request_id to who runs Florin.',
    { cause },
  );
}

function describe({ status, error_type, error_code }: PlaidFailure): string {
  return status === undefined
    ? 'Plaid did not answer'
    : `Plaid answered ${status} ${error_type} ${error_code}`.trim();
}
