import type Stripe from 'stripe';

/** A snapshot event; its type is open, since the SDK's union of all events cannot be built generically. */
export interface EventObject {
  id: string;
  object: 'event';
  account?: string;
  api_version: string;
  created: number;
  data: { object: unknown; previous_attributes?: Record<string, unknown> };
  livemode: boolean;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** What is kept, by its `object`, as Stripe shows it with nothing expanded. */
export interface Kinds {
  account: Stripe.Account;
  balance_transaction: Stripe.BalanceTransaction;
  bank_account: Stripe.BankAccount;
  charge: Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  event: EventObject;
  mandate: Stripe.Mandate;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  payout: Stripe.Payout;
  refund: Stripe.Refund;
  setup_intent: Stripe.SetupIntent;
  transfer: Stripe.Transfer;
  transfer_reversal: Stripe.TransferReversal;
  webhook_endpoint: Stripe.WebhookEndpoint;
}

export type Kind = keyof Kinds;

/** How far the person of a connected account is: absent where they are through. */
export type OnboardingStage = 'due' | 'checking' | 'rejected';

/** What the API does not show of an object. */
export interface Hidden {
  deleted?: true;
  /** The test token that a method or a bank account came from: decides how it behaves. */
  token?: string;
  /** A method saved by a SetupIntent or for later use: the bank knows. */
  set_up?: boolean;
  mandate?: string;
  /** A method used or detached while it belonged to nobody cannot be used again. */
  spent?: boolean;
  off_session?: boolean;
  return_url?: string;
  /** When what is under way ends by itself, and how: absent for as it would. */
  due_at_ms?: number;
  /** Of a webhook endpoint. */
  secret?: string;
  connect?: boolean;
  /** Of a connected account. */
  onboarding?: OnboardingStage;
  link?: { secret: string; expires_at: number; return_url: string; refresh_url: string; visited: boolean };
  /** Of a set-up session: the SetupIntent under way. */
  setup_intent?: string;
}

/** undefined takes a field away. */
export type HiddenPatch = { [Name in keyof Hidden]?: Hidden[Name] | undefined };

export interface Row<K extends Kind = Kind> {
  kind: K;
  id: string;
  /** The connected account it belongs to; null for the platform. */
  account: string | null;
  object: Kinds[K];
  hidden: Hidden;
}

/** All objects by id and, by kind, in the order in which they were made. */
export class Store {
  readonly #by_id = new Map<string, Row>();
  readonly #by_kind = new Map<Kind, Row[]>();
  readonly #changed = new Set<Row>();
  readonly #timed = new Set<Row>();

  insert<K extends Kind>(
    kind: K,
    object: Kinds[K] & { id: string },
    account: string | null,
    hidden: Hidden = {},
  ): Row<K> {
    const row: Row<K> = { kind, id: object.id, account, object, hidden };
    this.restore(row);
    this.#changed.add(row);
    return row;
  }

  /** Puts back what an earlier run kept: a row of the same id is replaced in its place. */
  restore(row: Row): void {
    const known = this.#by_id.get(row.id);
    if (known) {
      Object.assign(known, row);
      this.#time(known);
      return;
    }
    this.#time(row);
    this.#by_id.set(row.id, row);
    const list = this.#by_kind.get(row.kind) ?? [];
    list.push(row);
    this.#by_kind.set(row.kind, list);
  }

  /** Changes fields, and answers what those that differ were before: the `previous_attributes` of an event. */
  change<K extends Kind>(
    row: Row<K>,
    patch: Partial<Kinds[K]>,
    hidden: HiddenPatch = {},
  ): Record<string, unknown> {
    const before = Object.entries(row.object).filter(
      ([name, value]) => name in patch && !same(value, (patch as Record<string, unknown>)[name]),
    );
    row.object = { ...row.object, ...patch };
    row.hidden = withoutUndefined({ ...row.hidden, ...hidden });
    this.#changed.add(row);
    this.#time(row);
    return Object.fromEntries(before);
  }

  get<K extends Kind>(kind: K, id: string | null): Row<K> | undefined {
    const row = id === null ? undefined : this.#by_id.get(id);
    return row && isOf(row, kind) ? row : undefined;
  }

  /** Whatever has this id. */
  any(id: string): Row | undefined {
    return this.#by_id.get(id);
  }

  /** Newest first. */
  newest<K extends Kind>(kind: K): Row<K>[] {
    return [...(this.#by_kind.get(kind) ?? [])].reverse() as Row<K>[];
  }

  forget(row: Row): void {
    this.#by_id.delete(row.id);
    this.#changed.delete(row);
    this.#timed.delete(row);
    const list = this.#by_kind.get(row.kind) ?? [];
    this.#by_kind.set(
      row.kind,
      list.filter((each) => each !== row),
    );
  }

  /** Forgets the oldest of a kind beyond `keep`, in steps, so that it seldom costs anything. */
  trim(kind: Kind, keep: number): void {
    const list = this.#by_kind.get(kind) ?? [];
    if (list.length < keep * 1.1) return;
    for (const row of list.splice(0, list.length - keep)) {
      this.#by_id.delete(row.id);
      this.#changed.delete(row);
      this.#timed.delete(row);
    }
  }

  all(): Row[] {
    return [...this.#by_id.values()];
  }

  /** What has something due by now, earliest first. */
  due(now_ms: number): Row[] {
    const dueAt = ({ hidden }: Row) => hidden.due_at_ms ?? Number.POSITIVE_INFINITY;
    return [...this.#timed]
      .filter((row) => dueAt(row) <= now_ms)
      .sort((one, other) => dueAt(one) - dueAt(other));
  }

  #time(row: Row): void {
    if (row.hidden.due_at_ms === undefined) this.#timed.delete(row);
    else this.#timed.add(row);
  }

  /** What changed since this was last asked. */
  takeChanged(): Row[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }
}

export function isOf<K extends Kind>(row: Row, kind: K): row is Row<K> {
  return row.kind === kind;
}

function withoutUndefined(hidden: HiddenPatch): Hidden {
  return Object.fromEntries(Object.entries(hidden).filter(([, value]) => value !== undefined)) as Hidden;
}

function same(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
