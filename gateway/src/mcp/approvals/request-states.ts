import { randomUUID } from 'node:crypto';
import { argumentsHash, type Clock } from '@florin/chassis';
import { INVALID_PARAMS, ProtocolError } from '@modelcontextprotocol/server';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Caller } from '../../auth/caller.js';
import type { ReplicaBus } from '../../nats/replica-bus.js';
import { createSeal } from '../seal.js';

/** What a client repeats its call with has to be the call that it was given for. */
export interface BoundCall {
  caller: Caller;
  tool: string;
  arguments: Record<string, unknown>;
}

const content = z.object({
  id: z.string(),
  /** The replica that made it, which alone can say for certain that it was not used yet. */
  replica: z.string(),
  bound_to: z.string(),
  approval_id: z.string(),
  round: z.int().positive(),
  expires_at_ms: z.int(),
});

export type RequestState = Pick<z.infer<typeof content>, 'approval_id' | 'round'>;

export interface RequestStates {
  mint(state: RequestState, call: BoundCall): string;
  /** @throws ProtocolError of code -32602 where it is not ours, not for this call, used before, or too old */
  redeem(sealed: string, call: BoundCall): Promise<RequestState>;
}

/** An approval can be granted and used for five minutes; whoever comes later is told so by the service. */
const LIFETIME_MS = 10 * 60_000;
const USED_MAX = 50_000;
const CLAIM_TIMEOUT_MS = 1_000;

/**
 * The `requestState` of input requests: sealed; bound to person, client, tool and arguments; good once.
 *
 * "Servers MUST treat requestState as attacker-controlled input" (MCP 2026-07-28). It opens nothing by itself: whether the
 * person has approved is asked of the service, with the approval that is named in it.
 */
export function createRequestStates(options: { secret: string; bus: ReplicaBus; now: Clock }): RequestStates {
  const { secret, bus, now } = options;
  const { seal, open } = createSeal(secret, 'request state');
  const used = new LRUCache<string, true>({ max: USED_MAX, ttl: LIFETIME_MS });
  const claimHere = (id: string): boolean => {
    if (used.has(id)) return false;
    used.set(id, true);
    return true;
  };
  bus.subscribe(`states.${bus.replica}`, (id) => (typeof id === 'string' ? claimHere(id) : undefined));

  /** Where the replica that made it is gone, it is good once for each of the others: identity uses up an approval once. */
  async function claim(id: string, replica: string): Promise<boolean> {
    if (replica === bus.replica) return claimHere(id);
    const answer = await bus.request(`states.${replica}`, id, CLAIM_TIMEOUT_MS);
    return typeof answer === 'boolean' ? answer : claimHere(id);
  }

  return {
    mint: (state, call) =>
      seal({
        ...state,
        id: randomUUID(),
        replica: bus.replica,
        bound_to: bindingOf(call),
        expires_at_ms: now().getTime() + LIFETIME_MS,
      }),
    async redeem(sealed, call) {
      const { data } = content.safeParse(open(sealed));
      const isGood =
        data !== undefined &&
        data.bound_to === bindingOf(call) &&
        now().getTime() < data.expires_at_ms &&
        (await claim(data.id, data.replica));
      if (isGood) return { approval_id: data.approval_id, round: data.round };
      // One answer for all: whoever tries is not told how close it came.
      throw new ProtocolError(
        INVALID_PARAMS,
        'Invalid or expired requestState. Make the call anew, without it.',
      );
    },
  };
}

/** Arguments count in whole, the idempotency_key as well: they are hashed one level down, where nothing is left out. */
function bindingOf({ caller, tool, arguments: args }: BoundCall): string {
  return argumentsHash({ user_id: caller.user_id, client_id: caller.client_id, tool, arguments: args });
}
