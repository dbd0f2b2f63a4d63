import { INVALID_REQUEST } from '@modelcontextprotocol/server';
import type { Admit } from '../mcp/admission.js';
import type { Message } from '../mcp/message.js';
import type { RateLimits } from './rate-limits.js';

/**
 * Admission that counts requests against their limits. A tool call that comes too early is answered as a tool that failed:
 * that is what reaches the model, which then waits; anything else is answered 429.
 */
export function countAdmitted(admit: Admit, limits: RateLimits): Admit {
  return async (message, sender) => {
    const caller = await admit(message, sender);
    if ('fault' in caller || !isCounted(message)) return caller;
    const { headers, refused } = limits.take(caller);
    sender.tell?.(headers);
    if (refused === undefined) return caller;
    return {
      status: 429,
      code: INVALID_REQUEST,
      fault: refused,
      // RFC 6585, section 4: the answer "MAY include a Retry-After header indicating how long to wait".
      headers,
      fails_as_tool: message.method === 'tools/call',
    };
  };
}

/** What only reports (a cancellation, an answer to a question of ours) is never refused: it would be lost. */
function isCounted({ method }: Message): boolean {
  return method !== '' && !method.startsWith('notifications/');
}
