import type { Money } from '@florin/money';
import type { z } from 'zod';
import type { SummaryLine } from '../approval.js';
import type { Context, Described, Hints } from '../operation.js';
import type { Scope } from '../scopes.js';
import type { moneyInput, moneyOutput } from './fields.js';

/** What a call would do, with everything looked up that a judgement of it needs. */
export interface MoneyPlan<Plan> {
  /** Handed to `run`. */
  plan: Plan;
  /**
   * The id of what will exist once it has run: `pay_…`, `ref_…`. Another one at each attempt; fraud, which screens it, is told
   * besides which operation it is an attempt at.
   */
  object_id: string;
  /** What leaves, fee included. */
  total: Money;
  /**
   * What an approval is bound to: the arguments as resolved (the payee's wallet and person, the fee). The same for every
   * attempt at the same thing, so no fresh id may be among them.
   */
  arguments: object;
  /** What the person reads before they agree: 1 to 19 lines; the guard adds why they are asked. */
  summary: readonly SummaryLine[];
  source_id: string;
  destination_id: string;
  /** Who is paid; none where the money stays the person's own. */
  payee?: { payee_id: string; user_id?: string; known: boolean };
  /** Why the person is asked whatever the amount, e.g. "a new withdrawal account". */
  always_ask?: string;
}

/** What fraud said; `unscreened` where it could not be asked, and policy lets so small an amount pass. */
export type Screening = 'approved' | 'held' | 'declined' | 'unscreened';

/** That a call may go on, who it is for, and what is to be written in the transaction of its effect. */
export interface Permit {
  user_id: string;
  client_id: string;
  operation: string;
  /** The same for every attempt at the same thing, in whatever process. */
  operation_id: string;
  idempotency_key: string;
  input_hash: string;
  arguments_hash: string;
  /** Consumed by this operation. */
  approval_id?: string;
  screening: Screening;
  /** The total is to be counted against this much a day in the transaction, and refused above it. */
  unscreened?: { allowance_minor: bigint };
}

/**
 * Thrown by `run` where another call with this key has committed first: nothing was written, and what the other made is
 * shown instead.
 */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
  constructor() {
    super('another call with this idempotency key has taken effect');
  }
}

/** Money leaves; the key makes a repetition harmless. */
export type MoneyHints = Hints & { readOnly: false; destructive: true; idempotent: true };

/** Strict objects that spread {@link moneyInput} and {@link moneyOutput}; `status` may be "approval_required". */
export type MoneyInput = z.ZodObject<typeof moneyInput>;
export type MoneyOutput = z.ZodObject<typeof moneyOutput & { status: z.ZodType<unknown> }>;

/** An operation that moves money or executes something. The guard applies what all of them have in common. */
export interface MoneyOperation<
  Deps,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
  Plan = unknown,
> extends Described<Input, Output> {
  guard: 'money';
  scopes: readonly [Scope, ...Scope[]];
  hints: MoneyHints;
  /**
   * Reads only: says what the call would do, and throws what is refused. May be called again for the same thing.
   */
  prepare(input: z.output<Input>, context: Context<Deps>): Promise<MoneyPlan<Plan>>;
  /**
   * Commits state, key and outbox in one transaction. Where the screening was `held` or `declined`, that is what is
   * written. The key is not checked beforehand by anybody else's promise: the transaction's unique index decides.
   * @throws KeyTaken
   */
  run(plan: Plan, permit: Permit, context: Context<Deps>): Promise<z.input<Output>>;
  /** What the key made, as it is now, with `replayed: true`. */
  replay(object_id: string, context: Context<Deps>): Promise<z.input<Output>>;
}

/** Defines an operation that moves money, once, as `defineOperation` does: `defineMoneyOperation<PaymentsDeps>()({ … })`. */
export function defineMoneyOperation<Deps>() {
  return <Input extends MoneyInput, Output extends MoneyOutput, Plan>(
    operation: Omit<MoneyOperation<Deps, Input, Output, Plan>, 'guard'>,
  ): MoneyOperation<Deps, Input, Output, Plan> => ({ ...operation, guard: 'money' });
}
