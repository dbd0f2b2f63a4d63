import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { MISBEHAVIOURS } from './idp/oidc/misbehaviours.js';
import { responseOptions } from './idp/saml/response-options.js';
import { PLAID_ERROR_CODES } from './plaid/errors.js';

/** How often it happens before it clears itself; until cleared where absent. */
const times = z.number().int().min(1).max(10_000).optional();
/** One endpoint, such as /transactions/sync; every endpoint where absent. Mail has none. */
const path = z.string().startsWith('/').max(200).optional();

/** Of a Stripe endpoint: one address takes several. */
const method = z.enum(['GET', 'POST', 'DELETE']).optional();

/** Whose stand-in misbehaves. The identity providers, OIDC and SAML, share one port and one name. */
const anyProvider = { provider: z.enum(['plaid', 'stripe', 'idp', 'mail']).default('plaid'), times };
const httpProvider = { provider: z.enum(['plaid', 'stripe', 'idp']).default('plaid'), times, path };
const vendor = { provider: z.enum(['plaid', 'stripe']).default('plaid'), times };
const plaid = { provider: z.literal('plaid').default('plaid'), times };
const stripe = { provider: z.literal('stripe').default('stripe'), times };
const idp = { provider: z.literal('idp').default('idp'), times };
const mail = { provider: z.literal('mail').default('mail'), times };

/** Every way in which the stand-ins can be told to misbehave. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Answers, but late. */
  z.strictObject({
    kind: z.literal('latency'),
    latency_ms: z.number().int().min(1).max(60_000),
    ...anyProvider,
    path,
    method,
  }),
  /** Fails before anything is done. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.union([z.literal(429), z.literal(500)]),
    ...httpProvider,
    method,
    /** Stripe: the 500 belongs to the idempotency key, and is answered to it again. Not where absent. */
    stored: z.boolean().optional(),
    /** Stripe: what `stripe-should-retry` says; the header is absent where this is. */
    should_retry: z.boolean().optional(),
  }),
  /** Fails with one of the vendor's own errors, before anything is done. */
  z.strictObject({ kind: z.literal('error'), error_code: z.enum(PLAID_ERROR_CODES), ...plaid, path }),
  /** Does what was asked, then answers 500: the caller cannot know. */
  z.strictObject({ kind: z.literal('500_after_applying'), ...vendor, path, method }),
  /** Answers 429 to what exceeds `limit` requests within `window_ms`, counted per endpoint. */
  z.strictObject({
    kind: z.literal('rate_limit'),
    limit: z.number().int().min(1).max(100_000),
    window_ms: z.number().int().min(1).max(3_600_000),
    ...vendor,
    path,
  }),
  /** Refuses the second or a later page of /transactions/sync. */
  z.strictObject({ kind: z.literal('mutation_during_pagination'), ...plaid }),
  /** Cuts the connection without an answer; with `after_applying`, when the work is done. */
  z.strictObject({
    kind: z.literal('drop_connection'),
    after_applying: z.boolean().default(false),
    ...anyProvider,
    path,
    method,
  }),
  /** Every connection is cut, until cleared. Health and metrics go on answering. */
  z.strictObject({ kind: z.literal('down'), ...anyProvider }),
  /** Each webhook is delivered `copies` times. */
  z.strictObject({
    kind: z.literal('duplicate_webhooks'),
    copies: z.number().int().min(2).max(10).default(2),
    ...vendor,
  }),
  /** A webhook waits until the next has been delivered (two seconds at most). */
  z.strictObject({ kind: z.literal('reorder_webhooks'), ...vendor }),
  /** A webhook is delivered late. */
  z.strictObject({
    kind: z.literal('delay_webhooks'),
    delay_ms: z.number().int().min(1).max(60_000),
    ...stripe,
  }),
  /** A webhook is never delivered. */
  z.strictObject({ kind: z.literal('drop_webhooks'), ...stripe }),
  /** Search does not find what is newer than this: "Don't use search for read-after-write flows". */
  z.strictObject({
    kind: z.literal('search_lag'),
    lag_ms: z.number().int().min(1).max(3_600_000),
    ...stripe,
    path,
  }),
  /** A new connected account can pay nothing out until its person has told Stripe who they are. */
  z.strictObject({ kind: z.literal('onboarding_required'), ...stripe }),
  /** The OpenID provider answers what a client must refuse. */
  z.strictObject({ kind: z.literal('oidc'), how: z.enum(MISBEHAVIOURS), ...idp }),
  /** Who signs in over SAML arrives with the response described. */
  z.strictObject({ kind: z.literal('saml'), response: responseOptions, ...idp }),
  /** Mail is refused: 4xx asks the sender to try again, 5xx not to. */
  z.strictObject({
    kind: z.literal('smtp_refusal'),
    response_code: z.number().int().min(400).max(599).default(451),
    ...mail,
  }),
]);

export type FaultInput = z.input<typeof faultSchema>;
export type SandboxFault = z.output<typeof faultSchema> & { id: string };
export type Provider = SandboxFault['provider'];
export type FaultKind = SandboxFault['kind'];
export type OfKind<K extends FaultKind> = Extract<SandboxFault, { kind: K }>;

const MAX_FAULTS = 100;

/** The faults of one stand-in. */
export interface Faults {
  /** The first fault of this kind that covers the path and is wanted, counted as used; undefined where none is on. */
  take<K extends FaultKind>(
    kind: K,
    path?: string,
    wanted?: (fault: OfKind<K>) => boolean,
  ): OfKind<K> | undefined;
  /** Counts a request against the rate limits that cover its path; true where one is exceeded. */
  exceedsRate(path: string, now_ms: number): boolean;
}

/** Which faults are on. One instance is shared by all stand-ins and the control server. */
export class FaultSwitches {
  readonly #faults = new Map<string, SandboxFault>();
  /** Times of the latest requests, per rate limit and path. */
  readonly #requests = new Map<string, number[]>();

  /** Switches a fault on. Throws a ZodError for a bad one, an Error where too many are on. */
  set(input: FaultInput): SandboxFault {
    if (this.#faults.size >= MAX_FAULTS) throw new Error(`${MAX_FAULTS} faults are on; clear some first`);
    const fault = { ...faultSchema.parse(input), id: `flt_${randomUUID().slice(0, 8)}` };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  /** Switches one off, or all where no id is given. Answers how many were on. */
  clear(id?: string): number {
    if (id !== undefined) return this.#faults.delete(id) ? 1 : 0;
    const count = this.#faults.size;
    this.#faults.clear();
    this.#requests.clear();
    return count;
  }

  list(): SandboxFault[] {
    return [...this.#faults.values()];
  }

  /** Those of one stand-in: what is switched on for another does not concern it. */
  of(provider: Provider): Faults {
    return {
      take: (kind, path, wanted) => this.#take(provider, kind, path, wanted),
      exceedsRate: (path, now_ms) => this.#exceedsRate(provider, path, now_ms),
    };
  }

  #take<K extends FaultKind>(
    provider: Provider,
    kind: K,
    path: string | undefined,
    wanted: (fault: OfKind<K>) => boolean = () => true,
  ): OfKind<K> | undefined {
    for (const fault of this.#faults.values()) {
      if (fault.provider !== provider) continue;
      if (!isOfKind(fault, kind) || !covers(fault, path) || !wanted(fault)) continue;
      this.#use(fault);
      return fault;
    }
    return undefined;
  }

  #exceedsRate(provider: Provider, path: string, now_ms: number): boolean {
    const exceeded = this.#take(provider, 'rate_limit', path, ({ id, limit, window_ms }) => {
      const key = `${id} ${path}`;
      const recent = (this.#requests.get(key) ?? []).filter((at_ms) => at_ms > now_ms - window_ms);
      if (recent.length >= limit) return true;
      this.#requests.set(key, [...recent, now_ms]);
      return false;
    });
    return exceeded !== undefined;
  }

  #use(fault: SandboxFault): void {
    if (fault.times === undefined) return;
    if (fault.times === 1) this.#faults.delete(fault.id);
    else this.#faults.set(fault.id, { ...fault, times: fault.times - 1 });
  }
}

function covers(fault: SandboxFault, path: string | undefined): boolean {
  return !('path' in fault) || fault.path === undefined || fault.path === path;
}

function isOfKind<K extends FaultKind>(fault: SandboxFault, kind: K): fault is OfKind<K> {
  return fault.kind === kind;
}
