import { setTimeout } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import type { FaultKind, OfKind } from '../faults.js';
import { badInput } from './bad-input.js';
import type { Call, Endpoint } from './endpoint.js';
import { internalError, invalid, StripeRefusal, tooManyRequests } from './errors.js';
import { expanded } from './expand.js';
import { connectedAccount } from './find.js';
import type { KeyedRequest } from './idempotency.js';
import { settleDue } from './money/settle.js';

interface Serving {
  call: Omit<Call, 'account' | 'part'>;
  log: Logger;
}

interface Answer {
  status: number;
  body: unknown;
  /** Whether an endpoint ran, so that the answer belongs to the key. */
  executed: boolean;
  headers?: Record<string, string>;
}

const MAX_KEY_LENGTH = 255;

/** Faults that come before the work, the key, the work, faults that come after it: in that order. */
export async function serve(
  endpoint: Endpoint,
  serving: Serving,
  request: Request,
  response: Response,
): Promise<void> {
  const { world, faults } = serving.call;
  const take = <K extends FaultKind>(kind: K, wanted: (fault: OfKind<K>) => boolean = () => true) =>
    faults.take(kind, endpoint.path, (fault) => isFor(fault, endpoint.method) && wanted(fault));
  if (take('drop_connection', (fault) => !fault.after_applying)) {
    request.socket.destroy();
    return;
  }
  const early = earlyFailure(
    take('status', ({ stored }) => !stored),
    faults.exceedsRate(endpoint.path, world.nowMs()),
  );
  if (early) return send(response, early);

  const params: unknown = (endpoint.method === 'GET' ? request.query : request.body) ?? {};
  const account = accountOf(request, serving);
  const keyed = keyedRequest(endpoint, request, account, params);
  const known = keyed && world.keys.begin(keyed, world.nowMs());
  const deliver = (answer: Answer) => {
    if (take('drop_connection', (fault) => fault.after_applying)) request.socket.destroy();
    else send(response, answer);
  };
  if (known) {
    response.set({ 'idempotent-replayed': 'true', 'original-request': known.request_id });
    deliver({ status: known.status, body: known.body, executed: false });
    return;
  }
  const latency_ms = take('latency')?.latency_ms;
  if (latency_ms !== undefined) await setTimeout(latency_ms, undefined, { ref: false });

  const request_id = String(response.locals.request_id);
  const call: Call = { ...serving.call, account, part: (name) => partOf(request, name) };
  const mark = { id: request_id, idempotency_key: keyed?.key ?? null };
  const answer = take('status', ({ stored }) => stored === true)
    ? BROKEN
    : work(endpoint, call, params, serving.log, mark);
  const final = answer.executed && take('500_after_applying') ? BROKEN : answer;
  if (keyed) {
    const { status, body } = final;
    if (final.executed) world.keys.end(keyed, { at_ms: world.nowMs(), status, body, request_id });
    else world.keys.abandon(keyed);
    response.set({ 'idempotency-key': keyed.key, 'original-request': request_id });
  }
  world.save();
  deliver(final);
}

/** Runs the endpoint. What fails validation was never executed; a refusal by the endpoint was. */
function work(
  endpoint: Endpoint,
  call: Call,
  params: unknown,
  log: Logger,
  mark: { id: string; idempotency_key: string | null },
): Answer {
  const { world } = call;
  try {
    world.during(null, () => settleDue(world));
    const { input, expand } = endpoint.parse(params);
    const answer = world.during(mark, () => endpoint.run(input, call));
    return { status: 200, body: expanded(world.store, answer, expand), executed: true };
  } catch (error) {
    const { status, error: body } = asRefusal(error, log);
    return { status, body: { error: structuredClone(body) }, executed: !(error instanceof ZodError) };
  }
}

/** A 500 that belongs to the key: asking again would answer the same. */
const BROKEN: Answer = {
  status: 500,
  body: { error: internalError().error },
  executed: true,
  headers: { 'stripe-should-retry': 'false' },
};

/** What the edge answers before an endpoint is reached: kept for no key. */
function earlyFailure(fault: OfKind<'status'> | undefined, too_many: boolean): Answer | undefined {
  if (!fault && !too_many) return undefined;
  const { should_retry, status = 429 } = fault ?? {};
  const headers = should_retry === undefined ? {} : { 'stripe-should-retry': String(should_retry) };
  const { error } = status === 429 ? tooManyRequests() : internalError();
  return { status, body: { error }, executed: false, headers };
}

function send(response: Response, { status, body, headers = {} }: Answer): void {
  response.set(headers).status(status).json(body);
}

function accountOf(request: Request, { call: { world } }: Serving): string | null {
  const id = request.get('stripe-account');
  return id === undefined ? null : connectedAccount(world, id);
}

/** "All POST requests accept idempotency keys. Don't send idempotency keys in GET and DELETE requests because it has no effect." */
function keyedRequest(
  endpoint: Endpoint,
  request: Request,
  account: string | null,
  params: unknown,
): KeyedRequest | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined || key === '' || endpoint.method !== 'POST') return undefined;
  if (key.length > MAX_KEY_LENGTH) {
    throw invalid(`Idempotency keys can be at most ${MAX_KEY_LENGTH} characters.`, {
      param: 'Idempotency-Key',
    });
  }
  return { account, key, endpoint: request.path, params };
}

function partOf({ params }: Request, name: string): string {
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

function isFor(fault: object, method: string): boolean {
  return !('method' in fault) || fault.method === undefined || fault.method === method;
}

export function asRefusal(error: unknown, log: Logger): StripeRefusal {
  if (error instanceof StripeRefusal) return error;
  if (error instanceof ZodError) return badInput(error);
  // What Express' body parser throws carries the status it stands for.
  if (error instanceof Error && 'status' in error) return invalid('The body cannot be read as form-encoded.');
  log.error({ err: error }, 'the stand-in failed');
  return internalError();
}
