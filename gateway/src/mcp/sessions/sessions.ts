import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '@florin/chassis';
import { z } from 'zod';
import { type Caller, isSignedIn } from '../../auth/caller.js';
import type { ReplicaBus } from '../../nats/replica-bus.js';
import { createSeal } from '../seal.js';
import { createEndedSessions } from './ended-sessions.js';

/** What a client of the 2025 revisions said of itself when it initialized. */
const introduction = z.object({
  protocolVersion: z.string().max(32),
  capabilities: z.object({
    elicitation: z
      .object({ form: z.object({}).optional(), url: z.object({}).optional() })
      .optional()
      .catch(undefined),
    sampling: z
      .object({ tools: z.object({}).optional(), context: z.object({}).optional() })
      .optional()
      .catch(undefined),
  }),
});

const content = z.object({
  key: z.string(),
  caller: z.string(),
  expires_at_ms: z.int(),
  introduction,
});

/** The session of a client that can be asked something while it waits for an answer. */
export interface Session {
  /** What it is known by between replicas: opens nothing. */
  key: string;
  introduction: z.infer<typeof introduction>;
}

export interface Sessions {
  /**
   * @param params of initialize
   * @returns the id for `Mcp-Session-Id`; undefined for a client that needs no session
   */
  issue(params: Record<string, unknown>, caller: Caller): string | undefined;
  /** @returns undefined where there is no such session, or it is another caller's, has ended or expired */
  open(id: string, caller: Caller): Session | undefined;
  end(session: Session): void;
}

/** A client that gets 404 starts anew, and some make their person do it: a week outlasts a notebook's weekend. */
const LIFETIME_MS = 7 * 24 * 60 * 60_000;

/**
 * Sessions that nobody has to remember: all there is to one lies sealed in its id, so that every replica can serve it and
 * one that was abandoned costs nothing. Remembered are those that were ended before their time; an id opens nothing without
 * the credential of whoever it was made for.
 *
 * "The session ID MUST only contain visible ASCII characters" (MCP 2025-11-25, transports).
 */
export function createSessions(options: { secret: string; bus: ReplicaBus; now: Clock }): Sessions {
  const { bus, now } = options;
  const { seal, open } = createSeal(options.secret, 'session');
  const ended = createEndedSessions(bus, LIFETIME_MS);

  return {
    issue(params, caller) {
      if (!isSignedIn(caller)) return undefined;
      const { data } = introduction.safeParse(params);
      const { elicitation, sampling } = data?.capabilities ?? {};
      if (data === undefined || (elicitation === undefined && sampling === undefined)) return undefined;
      return seal({
        key: randomUUID(),
        caller: callerKey(caller),
        expires_at_ms: now().getTime() + LIFETIME_MS,
        introduction: data,
      });
    },
    open(id, caller) {
      const { data } = content.safeParse(open(id));
      const isGood =
        data !== undefined &&
        data.caller === callerKey(caller) &&
        now().getTime() < data.expires_at_ms &&
        !ended.has(data.key);
      return isGood ? { key: data.key, introduction: data.introduction } : undefined;
    },
    end: ({ key }) => ended.add(key),
  };
}

/** Callers are remembered between requests, and hashing one costs more than the rest of a plain call's bookkeeping. */
const keys = new WeakMap<Caller, string>();

/** The person and the client: a token that was refreshed goes on with the session. */
export function callerKey(caller: Caller): string {
  const { user_id, client_id } = caller;
  const key = keys.get(caller) ?? createHash('sha256').update(`${user_id}\n${client_id}`).digest('base64url');
  keys.set(caller, key);
  return key;
}
