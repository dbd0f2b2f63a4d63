import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Caller } from '../../auth/caller.js';
import { createSeal } from '../seal.js';
import { callerKey } from '../sessions/sessions.js';

/** The streams of HTTP+SSE, as other replicas know them. */
export interface Connections {
  /** A new stream of this caller: the keys to listen to, and where its messages are to be posted. */
  open(client_id: string, search: string, caller: Caller): { keys: readonly string[]; endpoint: string };
  /** @returns the key of the stream that a message belongs to; undefined where the address is not this caller's */
  keyOf(client_id: string, search: URLSearchParams, caller: Caller): string | undefined;
}

const content = z.object({ key: z.string(), caller: z.string() });
const PARAMETER = 'connection';

/**
 * Two windows of one program share its `client_id`, and must not hear each other's answers: each stream is told an address
 * of its own, which nobody can guess and only its caller can use. Clients that post to the bare address, with an id that
 * they made up, are served as well: by that name, among the streams of the same caller.
 */
export function createConnections(secret: string): Connections {
  const { seal, open } = createSeal(secret, 'connection');
  const byName = (client_id: string, caller: Caller) => `${callerKey(caller)}.${client_id}`;
  return {
    open(client_id, search, caller) {
      const key = randomUUID();
      const parameters = new URLSearchParams(search);
      parameters.set(PARAMETER, seal({ key, caller: callerKey(caller) }));
      const endpoint = `/mcp/messages/${client_id}?${parameters}`;
      return { keys: [key, byName(client_id, caller)], endpoint };
    },
    keyOf(client_id, search, caller) {
      const connection = search.get(PARAMETER);
      if (connection === null) return byName(client_id, caller);
      const { data } = content.safeParse(open(connection));
      return data?.caller === callerKey(caller) ? data.key : undefined;
    },
  };
}
