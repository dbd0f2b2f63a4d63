/** A request as it was answered. */
export interface StripeRequest {
  request_id: string;
  method: string;
  /** As asked for, with ids. */
  path: string;
  idempotency_key: string | null;
  /** The connected account acted for. */
  account: string | null;
  /** `cut` where the connection was dropped. */
  status: number | 'cut';
  /** The answer was that of an earlier request with this key. */
  replayed: boolean;
}

const MAX_REMEMBERED = 5_000;

/** The latest requests, to see what a client did. */
export class RequestLog {
  readonly #requests: StripeRequest[] = [];

  add(request: StripeRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > MAX_REMEMBERED) this.#requests.shift();
  }

  /** Oldest first. */
  recent(): readonly StripeRequest[] {
    return this.#requests;
  }
}
