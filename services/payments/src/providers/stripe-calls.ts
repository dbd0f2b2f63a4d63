import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import Stripe from 'stripe';
import { ProviderRejected, ProviderUnavailable, ProviderUnknown } from './payment-provider.js';
import { failureOf } from './stripe-values.js';

export interface StripeCalls {
  /** For calls that change nothing. @throws ProviderUnavailable, ProviderRejected */
  read<T>(call: () => Promise<T>): Promise<T>;
  /** For calls with an idempotency key. @throws ProviderUnknown, ProviderUnavailable, ProviderRejected (CardDeclined) */
  write<T>(call: () => Promise<T>): Promise<T>;
}

/** The card's bank said no. */
export class CardDeclined extends ProviderRejected {
  /** pi_… of the charge that exists, and was refused; none where there was to be none. */
  readonly charge_id: string | undefined;

  constructor(failure: string, message: string, charge_id: string | undefined) {
    super(failure, message);
    this.charge_id = charge_id;
  }
}

export interface CallOptions {
  /** The first of the pauses between attempts. */
  pause_ms?: number;
  /** How long a provider that is down is left alone. */
  open_ms?: number;
}

const READ_RETRIES = 2;
/** Behind a write somebody waits, and the worker asks again anyway. */
const WRITE_RETRIES = 1;
const PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;
const OPEN_MS = 10_000;
/** So many failures on end, and the provider counts as down. */
const FAILURES_UNTIL_OPEN = 5;

/** Nobody took the connection, so nothing was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Retries and a circuit breaker, shared by all calls to one provider. The SDK's own retries are off: it would neither
 * stop asking a provider that is down, nor tell what an earlier attempt has left open.
 */
export function createStripeCalls(options: CallOptions = {}): StripeCalls {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: options.open_ms ?? OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_UNTIL_OPEN),
  });
  const backoff = () =>
    new ExponentialBackoff({ initialDelay: options.pause_ms ?? PAUSE_MS, maxDelay: MAX_PAUSE_MS });
  const attempts = (maxAttempts: number) =>
    wrap(retry(handleWhen(isTransient), { maxAttempts, backoff: backoff() }), breaker);
  const reads = attempts(READ_RETRIES);
  const writes = attempts(WRITE_RETRIES);

  return {
    async read(call) {
      try {
        return await reads.execute(call);
      } catch (error) {
        throw toProviderError(error, false);
      }
    },
    async write(call) {
      // An attempt that may have been done stays open, whatever a later one meets on its way.
      let isOpen = false;
      const observed = async () => {
        try {
          return await call();
        } catch (error) {
          isOpen ||= mayHaveBeenDone(error);
          throw error;
        }
      };
      try {
        return await writes.execute(observed);
      } catch (error) {
        throw toProviderError(error, isOpen);
      }
    },
  };
}

/** @param isOpen whether an attempt may have been done */
function toProviderError(error: unknown, isOpen: boolean): Error {
  if (!(error instanceof Stripe.errors.StripeError)) {
    if (error instanceof BrokenCircuitError) {
      return isOpen ? new ProviderUnknown('Stripe is down') : new ProviderUnavailable('Stripe is down');
    }
    return error instanceof Error ? error : new Error('the Stripe client threw no error');
  }
  // The SDK's error holds what was sent, so only its words are passed on.
  const what = describe(error);
  if (error instanceof Stripe.errors.StripeCardError) {
    return new CardDeclined(failureOf(error), what, error.payment_intent?.id);
  }
  if (isRefusal(error)) return new ProviderRejected(error.code ?? 'invalid_request', what);
  return isOpen ? new ProviderUnknown(what) : new ProviderUnavailable(what);
}

/** An answer that would be the same the next time. With a key in use or a wrong secret, it would not. */
function isRefusal(error: Stripe.errors.StripeError): boolean {
  return (
    (error instanceof Stripe.errors.StripeInvalidRequestError ||
      error instanceof Stripe.errors.StripePermissionError) &&
    error.statusCode !== 409
  );
}

function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return !NEVER_SENT.has(systemCode(error));
  // "StripeIdempotencyError": the key was used before, be it by a call that is still running or with other parameters.
  return (
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeIdempotencyError ||
    (error instanceof Stripe.errors.StripeError && error.statusCode === 409)
  );
}

function isTransient(error: Error): boolean {
  return isOutage(error) || (error instanceof Stripe.errors.StripeError && isBusy(error));
}

/** What says that Stripe itself is unwell. */
function isOutage(error: Error): boolean {
  return (
    error instanceof Stripe.errors.StripeConnectionError ||
    (error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 500) >= 500)
  );
}

function isBusy({ statusCode }: Stripe.errors.StripeError): boolean {
  return statusCode === 429 || statusCode === 409;
}

function systemCode({ detail }: Stripe.errors.StripeError): string {
  return detail instanceof Error && 'code' in detail ? String(detail.code) : '';
}

function describe({ type, statusCode, code, requestId }: Stripe.errors.StripeError): string {
  const parts = [statusCode ?? 'nothing', type, code, requestId];
  return `Stripe answered ${parts.filter((part) => part !== undefined).join(' ')}`;
}
