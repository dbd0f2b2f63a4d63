import type { IncomingHttpHeaders } from 'node:http';
import { TRACEPARENT_META_KEY } from '@modelcontextprotocol/server';
import type { Message } from './message.js';

// W3C Trace Context, section 3.2: version "-" trace-id "-" parent-id "-" trace-flags
const form = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The trace that a request belongs to. MCP's own place comes first: a proxy on the way may have begun a trace of its own
 * in the header, the client's is in the message.
 *
 * @returns empty where there is none, or none of that form
 */
export function traceparentOf(headers: IncomingHttpHeaders, { params }: Message): string {
  const meta = params._meta as Record<string, unknown> | undefined;
  const given = [meta?.[TRACEPARENT_META_KEY], headers.traceparent];
  return given.find((value): value is string => typeof value === 'string' && form.test(value)) ?? '';
}
