import type { IncomingMessage } from 'node:http';
import { type Fault, fault } from '@florin/faults';
import { DEPTH_MAX, isDeeperThan } from '../http/nesting.js';
import { readBody } from '../mcp/read-body.js';
import { MAX_REQUEST_BYTES } from '../mesh-status.js';

export type JsonObject = Record<string, unknown>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body of a request as a JSON object. No body at all stands for no arguments.
 *
 * @throws Fault that says what to send instead
 * @throws Error where the client went away
 */
export async function readJsonObject(request: IncomingMessage): Promise<JsonObject> {
  const wrongHead = checkHead(request);
  if (wrongHead !== undefined) throw wrongHead;
  const bytes = await readBody(request, MAX_REQUEST_BYTES);
  if (bytes === undefined) throw tooLarge();
  if (bytes.length === 0) return {};
  if (request.headers['content-type'] === undefined) throw unsupported();
  const value = parse(bytes);
  if (!isObject(value)) throw fault('INVALID_ARGUMENT', 'Send the arguments as one JSON object.');
  if (isDeeperThan(DEPTH_MAX, value)) {
    throw fault('INVALID_ARGUMENT', `The body is nested deeper than ${DEPTH_MAX} levels.`);
  }
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkHead({ headers }: IncomingMessage): Fault | undefined {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = headers;
  if (type !== undefined && !isJson(type)) return unsupported();
  if (encoding !== undefined && encoding !== 'identity') return unsupported();
  return Number(length) > MAX_REQUEST_BYTES ? tooLarge() : undefined;
}

/** RFC 8259, section 8.1: JSON between systems "MUST be encoded using UTF-8". A charset parameter may only say the same. */
function isJson(contentType: string): boolean {
  return /^\s*application\/json\s*(;\s*(charset\s*=\s*"?utf-?8"?\s*)?)*$/i.test(contentType);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw fault('INVALID_ARGUMENT', 'The body is not JSON in UTF-8.');
  }
}

function unsupported(): Fault {
  return fault(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the body as application/json, in UTF-8 and without content-encoding.',
  );
}

function tooLarge(): Fault {
  return fault('PAYLOAD_TOO_LARGE', 'The request is larger than 1 MiB.');
}
