import { asFault, type Fault, fault } from '@florin/faults';
import type { Actor } from '../actor.js';
import { approvalRequired } from '../approval.js';
import type { Logger } from '../logger.js';
import type { Context } from '../operation.js';
import type { Approvals } from './approvals.js';
import { type Attempt, identify, type Judged, judge } from './attempt.js';
import type { Limits, LimitsLeft } from './limits.js';
import { KeyTaken, type MoneyOperation, type Permit } from './money-operation.js';
import { type AmountPairs, unscreenedAllowance, whyAsk } from './policy.js';
import { type Reservation, reservationOf } from './reservation.js';
import type { Screen, Verdict } from './screening.js';

export interface KeyRecord {
  input_hash: string;
  object_id: string;
}

/** Which calls have taken effect: a table of the service, written in the transaction of each effect. */
export interface KeyReader {
  find(call: Pick<Permit, 'user_id' | 'operation' | 'idempotency_key'>): Promise<KeyRecord | undefined>;
}

/** What calls came to, as their metric says it. */
export type GuardOutcome =
  | Permit['screening']
  | 'replayed'
  | 'approval_required'
  | 'in_progress'
  | 'refused'
  | 'failed';

export interface GuardParts {
  keys: KeyReader;
  /** For how long nothing was heard of what is revoked. */
  feed: { silentMs(): number };
  limits: Limits;
  approvals: Approvals;
  /** None where no fraud service is configured. */
  screen: Screen | undefined;
  policy: { approval: AmountPairs; unscreened: AmountPairs };
  count(operation: string, outcome: GuardOutcome): void;
  logger: Logger;
}

/** Parsed. */
type Input = Record<string, unknown>;

/** What stands before every operation that moves money. */
export interface MoneyGuard {
  /**
   * Answers a call whose actor and input have been checked: from what its key made before, with the request for the
   * person's approval, or by running it.
   */
  call<Deps>(operation: MoneyOperation<Deps>, input: Input, context: Context<Deps>): Promise<object>;
  /**
   * What the agent that acts may still spend without asking; undefined where its person has set it no limits.
   * @throws Fault
   */
  limitsLeft(actor: Actor): Promise<LimitsLeft | undefined>;
  /** Ends its connections, once what it has still to tell identity is told. */
  close(): Promise<void>;
}

/** Without the feed's heartbeat for longer, who was shut out a moment ago might still move money. */
const MAX_SILENCE_MS = 2_000;

interface Answer {
  outcome: GuardOutcome;
  result: object;
}

export function createGuard(parts: GuardParts): MoneyGuard {
  const { keys, feed, limits, count, logger } = parts;
  const running = new Set<string>();
  /** What identity is still being told. Nobody waits for it but the end of the process. */
  const telling = new Set<Promise<void>>();

  async function tell(work: Promise<void>): Promise<void> {
    const told = work
      // What stays open is counted against the agent's day: that errs on the safe side.
      .catch((error: unknown) => logger.warn({ err: error }, 'a reservation of limits stays open'))
      .finally(() => telling.delete(told));
    telling.add(told);
    return told;
  }

  async function answer<D>(operation: MoneyOperation<D>, input: Input, context: Context<D>): Promise<Answer> {
    if (feed.silentMs() > MAX_SILENCE_MS) throw unchecked();
    const attempt = identify(operation.name, input, context.actor);
    const known = await keys.find(attempt);
    if (known !== undefined) return replay(operation, attempt, known, context);
    const call = `${attempt.user_id} ${attempt.operation} ${attempt.idempotency_key}`;
    if (running.has(call)) throw inProgress();
    running.add(call);
    try {
      return await first(operation, input, attempt, context);
    } finally {
      running.delete(call);
    }
  }

  async function first<D>(
    operation: MoneyOperation<D>,
    input: Input,
    attempt: Attempt,
    context: Context<D>,
  ): Promise<Answer> {
    const judged = judge(attempt, await operation.prepare(input, context));
    const reservation = reservationOf(limits, judged);
    let hasBegun = false;
    try {
      const permit = await permitFor(parts, judged, reservation, context);
      if (!('screening' in permit)) {
        await tell(reservation.release());
        return { outcome: 'approval_required', result: permit };
      }
      if (context.signal.aborted) throw cancelled();
      hasBegun = true;
      const result = await operation.run(judged.plan.plan, permit, context);
      void tell(permit.screening === 'declined' ? reservation.release() : reservation.commit());
      return { outcome: permit.screening, result };
    } catch (error) {
      const made = error instanceof KeyTaken ? await keys.find(attempt) : undefined;
      // Of the same operation the other attempt, which made it, holds its reservation for itself.
      if (error instanceof KeyTaken || !hasBegun || !isUncertain(error)) await tell(reservation.release());
      if (made === undefined) throw error instanceof KeyTaken ? inProgress() : error;
      return replay(operation, attempt, made, context);
    }
  }

  return {
    async call(operation, input, context) {
      try {
        const { outcome, result } = await answer(operation, input, context);
        count(operation.name, outcome);
        return result;
      } catch (error) {
        count(operation.name, outcomeOf(error));
        throw error;
      }
    },
    async limitsLeft({ user_id, agent_id, limits: isLimited }) {
      return isLimited && agent_id !== undefined ? limits.look({ user_id, agent_id }) : undefined;
    },
    async close() {
      await Promise.all(telling);
      parts.approvals.close();
      await Promise.all([limits.close(), parts.screen?.close()]);
    },
  };
}

async function replay<D>(
  operation: MoneyOperation<D>,
  { input_hash }: Attempt,
  known: KeyRecord,
  context: Context<D>,
): Promise<Answer> {
  if (known.input_hash === input_hash) {
    return { outcome: 'replayed', result: await operation.replay(known.object_id, context) };
  }
  throw fault(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency_key was used with other arguments, and what it made then is unchanged. For something new, make up a ' +
      'new key; to repeat, send the same arguments.',
    { details: { object_id: known.object_id } },
  );
}

/** @returns the permit, or the result that asks for the person's approval */
async function permitFor<D>(
  parts: GuardParts,
  judged: Judged,
  reservation: Reservation,
  context: Context<D>,
): Promise<Permit | ReturnType<typeof approvalRequired>> {
  const exceeded = await reservation.take();
  const screened = await screen(parts, judged, context);
  const permit = permitOf(judged, screened);
  // What is declined goes nowhere: the person need not be asked, and nothing is spent.
  if (permit.screening === 'declined') return permit;
  const { total, plan, approval_id } = judged;
  const { payee, always_ask } = plan;
  const challenged = screened.verdict === 'challenge';
  const why = whyAsk(parts.policy.approval, { total, payee, always_ask, challenged, exceeded });
  if (why === undefined) return permit;
  const asked = await ask(parts, judged, why);
  if (asked !== undefined) return asked;
  if (exceeded !== undefined) await reservation.take(approval_id);
  return { ...permit, ...(approval_id !== undefined && { approval_id }) };
}

interface Screened {
  verdict: Verdict | undefined;
  screening: Permit['screening'];
  unscreened?: { allowance_minor: bigint };
}

function permitOf(judged: Judged, { screening, unscreened }: Screened): Permit {
  const permit: Permit = {
    user_id: judged.user_id,
    client_id: judged.client_id,
    operation: judged.operation,
    operation_id: judged.operation_id,
    idempotency_key: judged.idempotency_key,
    input_hash: judged.input_hash,
    arguments_hash: judged.arguments_hash,
    screening,
  };
  return unscreened === undefined ? permit : { ...permit, unscreened };
}

const screenings = { approve: 'approved', challenge: 'approved', hold: 'held', decline: 'declined' } as const;

async function screen<D>(parts: GuardParts, judged: Judged, { now }: Context<D>): Promise<Screened> {
  const { operation, plan, total } = judged;
  try {
    const verdict = await parts.screen?.screen({
      transaction_id: plan.object_id,
      operation_id: judged.operation_id,
      user_id: judged.user_id,
      client_id: judged.client_id,
      agent_id: judged.agent?.agent_id ?? '',
      operation,
      amount: plan.total.amount,
      currency: plan.total.currency,
      source_id: plan.source_id,
      destination_id: plan.destination_id,
      payee_user_id: plan.payee?.user_id ?? '',
      known_payee: plan.payee?.known ?? true,
      occurred_at: now.toISOString(),
    });
    if (verdict !== undefined) return { verdict, screening: screenings[verdict] };
  } catch (error) {
    // While fraud is away this is every call, which the metric counts; what it answers wrongly is worth a look.
    const isAway = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED'].includes(asFault(error).code);
    parts.logger[isAway ? 'debug' : 'warn']({ err: error, operation }, 'not screened');
  }
  const allowance_minor = unscreenedAllowance(parts.policy.unscreened, total);
  return { verdict: undefined, screening: 'unscreened', unscreened: { allowance_minor } };
}

/** @returns what to answer while the person has not granted it; undefined once they have */
async function ask({ approvals }: GuardParts, judged: Judged, why: string) {
  const { approval_id, operation_id, plan } = judged;
  if (approval_id !== undefined) {
    const consumed = await approvals.consume(judged, approval_id, operation_id);
    return consumed.granted ? undefined : approvalRequired(consumed.approval, why);
  }
  const summary = [...plan.summary, { label: 'Why you are asked', text: why }];
  return approvalRequired(await approvals.request(judged, summary), why);
}

const uncertain: readonly string[] = ['INTERNAL', 'UNKNOWN', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];

/** Whether an error leaves open what was written: then the reservation stays open as well. */
function isUncertain(error: unknown): boolean {
  const { code, reason } = asFault(error);
  return uncertain.includes(code) && reason !== 'SCREENING_UNAVAILABLE';
}

function outcomeOf(error: unknown): GuardOutcome {
  const { code, reason } = asFault(error);
  if (reason === 'IN_PROGRESS') return 'in_progress';
  return uncertain.includes(code) ? 'failed' : 'refused';
}

function unchecked(): Fault {
  return fault(
    'UNAVAILABLE',
    'No money moves while it cannot be checked who was shut out. Try again in a few seconds, with the same key.',
  );
}

function inProgress(): Fault {
  return fault(
    'IN_PROGRESS',
    'A call with this idempotency_key is still running. Repeat this one, with the same key, in a few seconds.',
  );
}

function cancelled(): Fault {
  return fault('CANCELLED', 'The call was cancelled in time: nothing has happened.');
}
