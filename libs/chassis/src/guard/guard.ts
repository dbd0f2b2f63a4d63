import type { Context } from '../operation.js';
import type { MoneyOperation } from './money-operation.js';

/** What stands before every operation that moves money. */
export interface MoneyGuard {
  /**
   * Answers a call whose actor and input have been checked: from what its key made before, with the request for the
   * person's approval, or by running it.
   */
  call<Deps>(operation: MoneyOperation<Deps>, input: object, context: Context<Deps>): Promise<object>;
  /** Ends its connections, once what it has still to tell identity is told. */
  close(): Promise<void>;
}
