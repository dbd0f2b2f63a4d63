import {
  INTERNAL_ERROR,
  isJSONRPCErrorResponse,
  type JSONRPCErrorResponse,
  parseJSONRPCMessage,
  type RequestId,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';

/** The answer to a request that could not be carried: the server's own words where it had any. */
export function failureOf(id: RequestId, error: unknown): JSONRPCErrorResponse {
  const told = error instanceof SdkHttpError ? serversAnswer(error) : undefined;
  return { jsonrpc: '2.0', id, error: told ?? { code: INTERNAL_ERROR, message: textOf(error) } };
}

/** Whether the request cannot have reached the server, so that sending it again does nothing twice. */
export function neverArrived(error: unknown): boolean {
  const codes = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ];
  return causes(error).some((cause) => codes.includes(String((cause as { code?: unknown }).code)));
}

/** Whether the server knows the session no more: "the server MUST respond with HTTP 404" (MCP 2025-11-25, transports). */
export function isSessionGone(error: unknown): boolean {
  return error instanceof SdkHttpError && error.status === 404;
}

/** The same, learnt by opening the standing stream. */
export function isStreamOfGoneSession(error: unknown): boolean {
  return isSessionGone(error) && (error as SdkHttpError).code === SdkErrorCode.ClientHttpFailedToOpenStream;
}

export function textOf(error: unknown): string {
  if (error instanceof UnauthorizedError)
    return 'The credential was refused. Check FLORIN_API_KEY, or sign in again.';
  if (neverArrived(error)) return 'Florin cannot be reached. Check that it runs, and try again.';
  const [last] = causes(error).slice(-1);
  return last instanceof Error ? last.message : String(error);
}

function serversAnswer({ data }: SdkHttpError): JSONRPCErrorResponse['error'] | undefined {
  try {
    const message = parseJSONRPCMessage(JSON.parse(String(data.text)));
    return isJSONRPCErrorResponse(message) ? message.error : undefined;
  } catch {
    return undefined;
  }
}

/** An error and what caused it. `fetch` hides why it failed two levels down. */
function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  let current = error;
  while (typeof current === 'object' && current !== null && found.length < 5) {
    found.push(current);
    current = current instanceof AggregateError ? current.errors[0] : (current as { cause?: unknown }).cause;
  }
  return found;
}
