import { fault } from '@florin/faults';
import { INVALID_PARAMS, INVALID_REQUEST, isSpecType, PARSE_ERROR } from '@modelcontextprotocol/server';
import { DEPTH_MAX, isDeeperThan } from '../http/nesting.js';
import type { Refusal, RequestId } from './rpc-error.js';

/** What the gateway looks at in a JSON-RPC message before the SDK takes it. */
export interface Message {
  /** As it was sent. */
  body: object;
  /** What an error is answered with: null for a notification. */
  id: RequestId;
  /** Empty in a response. */
  method: string;
  /** Of tools/call and prompts/get the name, of resources/read the URI, of completion/complete what is completed. */
  target: string;
  params: Record<string, unknown>;
}

/** Of a request that brings none: to open a stream, or to end a session. Whoever makes it has to sign in. */
export const noMessage: Message = { body: {}, id: null, method: '', target: '', params: {} };

/** Arguments lie in the params of the message. */
const MESSAGE_DEPTH_MAX = DEPTH_MAX + 2;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @returns the message, or why there is none to be had from the body */
export function parseMessage(bytes: Buffer): Message | Refusal {
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes));
  } catch {
    return refusal(PARSE_ERROR, 'The body is not JSON in UTF-8.');
  }
  // Since 2025-06-18, "the body of the POST request MUST be a single JSON-RPC request, notification, or response".
  if (Array.isArray(body))
    return refusal(INVALID_REQUEST, 'Send one message a request: batches are not taken.');
  if (!isObject(body)) return refusal(INVALID_REQUEST, 'Send a JSON-RPC object.');
  if (isDeeperThan(MESSAGE_DEPTH_MAX, body)) {
    return refusal(INVALID_REQUEST, `The message is nested deeper than ${MESSAGE_DEPTH_MAX} levels.`);
  }
  const params = isObject(body.params) ? body.params : {};
  const { method, id } = body;
  if (isTooLong(id)) return refusal(INVALID_REQUEST, `An id has at most ${ID_MAX} characters.`);
  const named = typeof method === 'string' ? method : '';
  const target = targetOf(named, params);
  return {
    body,
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    method: named,
    target: typeof target === 'string' ? target : '',
    params,
  };
}

/** What names a thing has to name one, and params have to be those of the method. The SDK calls others an internal error. */
export function checkParams(
  { body, method, target, params }: Message,
  isModern: boolean,
): Refusal | undefined {
  // Since 2026-07-28 there are no such methods, whatever their params are: the SDK says so.
  if (isModern && untilThen.has(method)) return undefined;
  const needed = needsTarget.get(method);
  if (needed !== undefined && (target === '' || target.length > TARGET_MAX)) {
    return refusal(INVALID_PARAMS, `${needed} must be a string of 1 to ${TARGET_MAX} characters.`);
  }
  if (isObject(params._meta) && isTooLong(params._meta.progressToken)) {
    return refusal(INVALID_PARAMS, `A progressToken has at most ${ID_MAX} characters.`);
  }
  const isRight = Object.hasOwn(forms, method) ? forms[method] : undefined;
  if (isRight === undefined || isRight(body)) return undefined;
  return refusal(INVALID_PARAMS, `The params are not those of ${method}, as MCP has them.`);
}

/** A notification; with an id it is a request like any other, and waits for an answer. */
export function isCancellation({ method, body }: Message): boolean {
  return method === 'notifications/cancelled' && !('id' in body);
}

const untilThen = new Set([
  'initialize',
  'ping',
  'resources/subscribe',
  'resources/unsubscribe',
  'logging/setLevel',
]);

const forms: Partial<Record<string, (request: unknown) => boolean>> = {
  initialize: isSpecType.InitializeRequest,
  ping: isSpecType.PingRequest,
  'tools/list': isSpecType.ListToolsRequest,
  'tools/call': isSpecType.CallToolRequest,
  'resources/list': isSpecType.ListResourcesRequest,
  'resources/templates/list': isSpecType.ListResourceTemplatesRequest,
  'resources/read': isSpecType.ReadResourceRequest,
  'resources/subscribe': isSpecType.SubscribeRequest,
  'resources/unsubscribe': isSpecType.UnsubscribeRequest,
  'prompts/list': isSpecType.ListPromptsRequest,
  'prompts/get': isSpecType.GetPromptRequest,
  'completion/complete': isSpecType.CompleteRequest,
  'logging/setLevel': isSpecType.SetLevelRequest,
};

const TARGET_MAX = 4_096;
const needsTarget = new Map([
  ['tools/call', 'params.name'],
  ['prompts/get', 'params.name'],
  ['resources/read', 'params.uri'],
  ['completion/complete', 'params.ref, its name or uri,'],
]);

/** Ids and progress tokens are sent back with every notification, for as long as a stream is open. */
const ID_MAX = 256;

function isTooLong(id: unknown): boolean {
  return typeof id === 'string' && id.length > ID_MAX;
}

function targetOf(method: string, params: Record<string, unknown>): unknown {
  if (method === 'tools/call' || method === 'prompts/get') return params.name;
  if (method === 'resources/read') return params.uri;
  if (method !== 'completion/complete' || !isObject(params.ref)) return undefined;
  return params.ref.type === 'ref/prompt' ? params.ref.name : params.ref.uri;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(code: number, text: string): Refusal {
  return { status: 400, code, fault: fault('INVALID_ARGUMENT', text) };
}
