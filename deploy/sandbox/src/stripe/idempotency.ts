import { createHash } from 'node:crypto';
import { z } from 'zod';
import { idempotencyError } from './errors.js';

/** "You can remove keys from the system automatically after they're at least 24 hours old." */
const KEPT_MS = 24 * 3_600_000;

export const idempotencyRecord = z.strictObject({
  /** The connected account and the key. */
  scope: z.string(),
  endpoint: z.string(),
  params_hash: z.string(),
  at_ms: z.number(),
  status: z.number().int(),
  body: z.unknown(),
  request_id: z.string(),
});

export type IdempotencyRecord = z.infer<typeof idempotencyRecord>;

export interface KeyedRequest {
  account: string | null;
  key: string;
  /** `POST /v1/refunds` */
  endpoint: string;
  params: unknown;
}

/**
 * "Stripe's idempotency works by saving the resulting status code and body of the first request made for any given
 * idempotency key, regardless of whether it succeeds or fails. Subsequent requests with the same key return the same
 * result, including 500 errors." (https://docs.stripe.com/api/idempotent_requests)
 */
export class IdempotencyKeys {
  readonly #records = new Map<string, IdempotencyRecord>();
  readonly #running = new Set<string>();
  #unsaved: IdempotencyRecord[] = [];

  /** The answer that the key already has, or undefined: then the request runs, until `end` or `abandon`. */
  begin(request: KeyedRequest, now_ms: number): IdempotencyRecord | undefined {
    const scope = scopeOf(request);
    if (this.#running.has(scope)) {
      throw idempotencyError(
        409,
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${request.key}. Please try again later.`,
        'idempotency_key_in_use',
      );
    }
    const record = this.#records.get(scope);
    if (record && now_ms - record.at_ms < KEPT_MS) {
      compare(record, request);
      return record;
    }
    this.#running.add(scope);
    return undefined;
  }

  end(
    request: KeyedRequest,
    answer: Pick<IdempotencyRecord, 'at_ms' | 'status' | 'body' | 'request_id'>,
  ): void {
    const scope = scopeOf(request);
    this.#running.delete(scope);
    const record = { scope, endpoint: request.endpoint, params_hash: hashOf(request.params), ...answer };
    this.restore(record);
    this.#unsaved.push(record);
  }

  /**
   * "If incoming parameters fail validation, or the request conflicts with another request that's executing
   * concurrently, we don't save the idempotent result because no API endpoint initiates the execution."
   */
  abandon(request: KeyedRequest): void {
    this.#running.delete(scopeOf(request));
  }

  restore(record: IdempotencyRecord): void {
    this.#records.set(record.scope, record);
  }

  /** Forgets what is older than 24 hours. */
  prune(now_ms: number): void {
    for (const [scope, { at_ms }] of this.#records) {
      if (now_ms - at_ms >= KEPT_MS) this.#records.delete(scope);
    }
  }

  all(): IdempotencyRecord[] {
    return [...this.#records.values()];
  }

  takeUnsaved(): IdempotencyRecord[] {
    const unsaved = this.#unsaved;
    this.#unsaved = [];
    return unsaved;
  }
}

/** "The idempotency layer compares incoming parameters to those of the original request and errors if they're not the same." */
function compare(record: IdempotencyRecord, { key, endpoint, params }: KeyedRequest): void {
  if (record.endpoint !== endpoint) {
    throw idempotencyError(
      400,
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${endpoint}' vs '${record.endpoint}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (record.params_hash !== hashOf(params)) {
    throw idempotencyError(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
}

function scopeOf({ account, key }: KeyedRequest): string {
  return `${account ?? 'platform'} ${key}`;
}

function hashOf(params: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(params)))
    .digest('hex');
}

/** The order of parameters means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
