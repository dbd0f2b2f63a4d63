import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

// W3C Trace Context, section 3.2: version "-" trace-id "-" parent-id "-" trace-flags
const form = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @returns undefined for anything that is no valid header: "the vendor MUST ignore the traceparent" */
export function parseTraceparent(header: string): SpanContext | undefined {
  const found = form.exec(header);
  if (found === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = found;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

export function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
