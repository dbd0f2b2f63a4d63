import { type Clock, idSchema, type RpcService, type RpcSupport } from '@florin/chassis';
import { asFault, type Fault, fault, invalidArgument, toFailure } from '@florin/faults';
import { parseAmount } from '@florin/money';
import type { Db } from '@florin/postgres';
import {
  florin,
  type LimitsHandlers,
  type ReceivedReserve,
  type ReceivedSpendRequest,
  type SpendResponse,
} from '@florin/proto';
import { z } from 'zod';
import { exceededText, leftOf } from '../agents/spending.js';
import { createTurns, type InTurn } from '../agents/turns.js';
import {
  commitSpending,
  lookAtSpending,
  releaseSpending,
  reserveSpending,
} from '../store/limit-reservations.js';

const callers = ['payments', 'investing', 'subscription'];

/** How many requests of one stream may be unanswered. */
const MAX_UNANSWERED = 256;

const operationId = z.string().min(1).max(128);
const userId = idSchema('usr', 'The person whose agent spends.');
const reserve = z.strictObject({
  agent_id: idSchema('agt', 'The agent that spends.'),
  user_id: userId,
  operation_id: operationId,
  amount: z.string(),
  currency: z.string(),
  approval_id: z.union([z.literal(''), idSchema('apr', 'The approval that the operation consumed.')]),
});
const look = reserve.pick({ agent_id: true, user_id: true });
const settle = z.strictObject({ user_id: userId, operation_id: operationId });

type SpendStream = Parameters<LimitsHandlers['Spend']>[0];
type Outcome = Omit<SpendResponse, 'request_id'>;

interface Parts {
  db: Db;
  now: Clock;
  inTurn: InTurn;
}

/** florin.identity.v1.Limits. */
export function limitsRpc({ db, now }: { db: Db; now: Clock }, support: RpcSupport): RpcService {
  const parts = { db, now, inTurn: createTurns() };
  const handlers: LimitsHandlers = {
    Spend(stream) {
      let unanswered = 0;
      stream.on('data', (request: ReceivedSpendRequest) => {
        const { request_id } = request;
        if (unanswered >= MAX_UNANSWERED)
          return answer(stream, request_id, { failure: toFailure(tooMany()) });
        unanswered += 1;
        void respond(request, parts, support).then((outcome) => {
          unanswered -= 1;
          answer(stream, request_id, outcome);
          if (unanswered === 0 && stream.readableEnded) stream.end();
        });
      });
      stream.on('drain', () => stream.resume());
      stream.on('end', () => {
        if (unanswered === 0) stream.end();
      });
      // The caller is gone. What was under way is finished: it asks again with the same operation_id.
      stream.on('error', () => undefined);
    },
  };
  return { definition: florin.identity.v1.Limits.service, handlers };
}

function answer(stream: SpendStream, request_id: number, outcome: Outcome): void {
  if (stream.destroyed || stream.cancelled) return;
  // Nothing more is taken from who does not read the answers.
  if (!stream.write({ request_id, ...outcome })) stream.pause();
}

async function respond(
  request: ReceivedSpendRequest,
  parts: Parts,
  { verify, toFault, logger }: RpcSupport,
): Promise<Outcome> {
  try {
    const { service } = await verify(request.service_token);
    if (service === undefined || !callers.includes(service)) {
      throw fault('PERMISSION_DENIED', 'This RPC is not open to this caller.');
    }
    return await spend(request, parts);
  } catch (error) {
    const failure = toFault?.(error) ?? asFault(error);
    if (failure.code === 'INTERNAL') logger.error({ err: failure, rpc: 'Limits/Spend' }, 'RPC failed');
    return { failure: toFailure(failure) };
  }
}

async function spend(request: ReceivedSpendRequest, parts: Parts): Promise<Outcome> {
  if (request.reserve) return reserveOf(request.reserve, parts);
  const { db, now } = parts;
  if (request.look) {
    const { user_id, agent_id } = parse(look, request.look);
    return { left: leftOf(await lookAtSpending(db, user_id, agent_id, now())) };
  }
  const { user_id, operation_id } = parse(settle, request.commit ?? request.release);
  const say = request.commit ? commitSpending : releaseSpending;
  await say(db, user_id, operation_id, now());
  return { done: {} };
}

async function reserveOf(given: ReceivedReserve, { db, now, inTurn }: Parts): Promise<Outcome> {
  const { user_id, agent_id, operation_id, amount, currency, approval_id } = parse(reserve, given);
  const spending = {
    agent_id,
    operation_id,
    ...parseAmount(amount, currency),
    ...(approval_id !== '' && { approval_id }),
  };
  const reserved = await inTurn(agent_id, () => reserveSpending(db, user_id, spending, now()));
  const { verdict } = reserved;
  return verdict === 'within'
    ? { done: {} }
    : { exceeded: { limit: verdict, message: exceededText(reserved) } };
}

function parse<S extends z.ZodObject>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidArgument(parsed.error.issues, schema);
  return parsed.data;
}

function tooMany(): Fault {
  return fault('RESOURCE_EXHAUSTED', 'Too many requests at once. Try again in a moment.');
}
