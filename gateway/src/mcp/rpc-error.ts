import type { ServerResponse } from 'node:http';
import { type Fault, toErrorBody, toToolResult } from '@florin/faults';
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  ProtocolError,
} from '@modelcontextprotocol/server';

/** Why a request is answered before the SDK sees it. */
export interface Refusal {
  /** HTTP status. */
  status: number;
  /** Of JSON-RPC 2.0, section 5.1. The range -32000…-32019 belongs to nobody since 2026-07-28, so we use none of it. */
  code: number;
  fault: Fault;
  headers?: Record<string, string>;
  /** Set for a tool call that is answered as a tool which failed: models are shown results, and no errors of HTTP. */
  fails_as_tool?: boolean;
}

export type RequestId = string | number | null;

export function sendRefusal(
  response: ServerResponse,
  { status, code, fault, headers, fails_as_tool }: Refusal,
  id: RequestId,
  request_id: string,
): void {
  if (fails_as_tool) {
    const result = { ...toToolResult(fault, request_id), resultType: 'complete' };
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    return void response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }
  const error = toRpcError({ code, fault }, request_id);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
}

/** The error object of JSON-RPC. */
export function toRpcError({ code, fault }: Pick<Refusal, 'code' | 'fault'>, request_id: string) {
  return { code, message: fault.message, data: toErrorBody(fault, request_id) };
}

/**
 * A Fault of anything but a tool, whose results say themselves that they failed. `data` has the error body that tools
 * have, and the URI where a resource was read.
 *
 * "If the requested resource does not exist, servers MUST return a -32602 error" (MCP 2026-07-28, resources).
 */
export function toProtocolError(fault: Fault, request_id: string, uri?: string): ProtocolError {
  const data = { ...toErrorBody(fault, request_id), ...(uri !== undefined && { uri }) };
  return new ProtocolError(rpcCode(fault), fault.message, data);
}

function rpcCode({ code }: Fault): number {
  if (code === 'INVALID_ARGUMENT' || code === 'NOT_FOUND') return INVALID_PARAMS;
  return code === 'UNIMPLEMENTED' ? METHOD_NOT_FOUND : INTERNAL_ERROR;
}
