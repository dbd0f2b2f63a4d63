import type { z } from 'zod';
import type { Actor } from './actor.js';
import type { MoneyOperation } from './guard/money-operation.js';
import type { Logger } from './logger.js';
import type { Scope } from './scopes.js';

/** What a call is told besides its input. */
export interface PublicContext<Deps> {
  deps: Deps;
  /** When the call began. Rules take time from here, never from the machine. */
  now: Date;
  request_id: string;
  /** Aborted when nobody waits any more. Heed it before the first effect only: what has begun is finished. */
  signal: AbortSignal;
  logger: Logger;
  /** W3C Trace Context to hand on to whatever is called from here. */
  traceparent: string;
  /** Tells the caller how far the call is; dropped where nobody listens. */
  progress(done: number, total: number, message: string): void;
}

export interface Context<Deps> extends PublicContext<Deps> {
  actor: Actor;
}

/** The four hints of MCP, each said on purpose: clients decide by them whether to ask the person. */
export interface Hints {
  readOnly: boolean;
  destructive: boolean;
  idempotent: boolean;
  openWorld: boolean;
}

export interface Described<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** The tool's name, and the file's. */
  name: string;
  title: string;
  /** What a model must know to use it well: one short paragraph. */
  description: string;
  hints: Hints;
  /**
   * Set where most people need it once or never. A client that has not chosen its toolsets is shown such tools only where
   * those of daily use leave room.
   */
  rare?: true;
  input: Input;
  output: Output;
}

export interface Operation<
  Deps,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> extends Described<Input, Output> {
  scopes: readonly [Scope, ...Scope[]];
  run(input: z.output<Input>, context: Context<Deps>): Promise<z.input<Output>>;
}

/** An operation that needs no token, because it is how one gets one. */
export interface PublicOperation<
  Deps,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> extends Described<Input, Output> {
  public: true;
  run(input: z.output<Input>, context: PublicContext<Deps>): Promise<z.input<Output>>;
}

export type AnyOperation<Deps> = Operation<Deps> | PublicOperation<Deps> | MoneyOperation<Deps>;

/**
 * Defines an operation once: it is served as an MCP tool, over REST, and by typed RPCs that reuse `run`.
 * Called twice, because TypeScript infers either all type parameters or none:
 * `defineOperation<BankingDeps>()({ name: 'search_transactions', … })`.
 */
export function defineOperation<Deps>() {
  return <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Deps, Input, Output>,
  ): Operation<Deps, Input, Output> => operation;
}

export function definePublicOperation<Deps>() {
  return <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Omit<PublicOperation<Deps, Input, Output>, 'public'>,
  ): PublicOperation<Deps, Input, Output> => ({ ...operation, public: true });
}
