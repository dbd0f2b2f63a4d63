import { createHash } from 'node:crypto';
import { type MinorUnits, parseMoney } from '@florin/money';
import type { Actor } from '../actor.js';
import { argumentsHash } from '../approval.js';
import type { MoneyPlan, Permit } from './money-operation.js';

/** Who calls what, with which key: known before anything is read. */
export type Attempt = Pick<
  Permit,
  'user_id' | 'client_id' | 'operation' | 'idempotency_key' | 'input_hash'
> & { approval_id: string | undefined; agent: { agent_id: string; is_limited: boolean } | undefined };

/** An attempt with its plan: what is reserved, screened and approved. */
export interface Judged extends Attempt {
  plan: MoneyPlan<unknown>;
  total: MinorUnits;
  arguments_hash: string;
  operation_id: string;
}

/** @param input parsed, with `moneyInput`'s fields */
export function identify(operation: string, input: Record<string, unknown>, actor: Actor): Attempt {
  const { idempotency_key, approval_id } = input as { idempotency_key: string; approval_id?: string };
  const { user_id, client_id, agent_id } = actor;
  const agent = agent_id === undefined ? undefined : { agent_id, is_limited: actor.limits === true };
  return {
    user_id,
    client_id,
    operation,
    idempotency_key,
    approval_id,
    agent,
    input_hash: argumentsHash(input),
  };
}

/**
 * The operation's id is made of who asks for what with which key, as resolved, so that attempts in two processes share
 * reservation and approval, while one that would cost something else now has its own.
 */
export function judge(attempt: Attempt, plan: MoneyPlan<unknown>): Judged {
  const { user_id, operation, idempotency_key } = attempt;
  const arguments_hash = argumentsHash({ ...plan.arguments, total: plan.total });
  const operation_id = createHash('sha256')
    .update(JSON.stringify([user_id, operation, idempotency_key, arguments_hash]))
    .digest('hex');
  return { ...attempt, plan, total: parseMoney(plan.total), arguments_hash, operation_id };
}
