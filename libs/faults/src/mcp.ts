import { type ErrorBody, toErrorBody } from './error-body.js';
import type { Fault } from './fault.js';

/** A CallToolResult of MCP. A type alias, so that it is assignable to the SDK's open-ended result type. */
export type FailedToolResult = {
  content: [{ type: 'text'; text: string }];
  structuredContent: ErrorBody & Record<string, unknown>;
  isError: true;
};

/**
 * A Fault as the result of a tool. About half of the clients hand only `content` to their model, so the text carries
 * everything that is needed to go on: what to do, whether to try again, the details.
 */
export function toToolResult(fault: Fault, request_id: string): FailedToolResult {
  return {
    content: [{ type: 'text', text: errorText(fault, request_id) }],
    structuredContent: { ...toErrorBody(fault, request_id) },
    isError: true,
  };
}

function errorText(fault: Fault, request_id: string): string {
  const lines = [
    `${fault.reason}: ${fault.message}`,
    fault.retryable
      ? 'The same call may succeed if it is sent again a little later.'
      : 'The same call, unchanged, will fail again.',
  ];
  // Repeating is exactly what must not be suggested, nor ruled out, where nobody knows what happened.
  if (fault.reason === 'OUTCOME_UNKNOWN') lines.pop();
  if (fault.details) lines.push(`details: ${JSON.stringify(fault.details)}`);
  lines.push(`request_id: ${request_id}`);
  return lines.join('\n');
}
