import type { IncomingHttpHeaders } from 'node:http';
import { fault } from '@florin/faults';
import type { Tool } from '@modelcontextprotocol/server';
import { isObject } from './plain-request.js';
import type { Refusal } from './rpc-error.js';

/** An argument that clients repeat in a header, so that proxies can route by it. */
interface Mirrored {
  /** In the arguments. */
  path: readonly string[];
  /** In lower case, as node has headers. */
  header: string;
}

/** A tool is replaced with its catalogue, never changed. */
const known = new WeakMap<Tool, readonly Mirrored[]>();

/** Of JSON-RPC; the SDK does not export it. */
const HEADER_MISMATCH = -32020;

/** Below the depth that any published schema has. */
const DEPTH_MAX = 8;

/**
 * Checks the `Mcp-Param-*` headers of a call against what the tool's schema marks with `x-mcp-header`.
 *
 * "Servers MUST reject requests with a 400 Bad Request HTTP status code and JSON-RPC error code -32020 (HeaderMismatch) if
 * any validation fails" (MCP 2026-07-28, transports, SEP-2243).
 */
export function checkParamHeaders(
  tool: Tool,
  args: unknown,
  headers: IncomingHttpHeaders,
): Refusal | undefined {
  for (const { path, header } of mirroredOf(tool)) {
    const value = valueAt(args, path);
    if (!isMirrored(value)) continue;
    const given = headers[header];
    const repeated = typeof given === 'string' ? decode(given) : undefined;
    if (repeated === undefined || !isSame(repeated, value)) {
      return mismatch(`The header ${header} has to repeat the argument ${path.join('.')}, and does not.`);
    }
  }
  return undefined;
}

function mirroredOf(tool: Tool): readonly Mirrored[] {
  const found = known.get(tool) ?? find(tool.inputSchema, []);
  known.set(tool, found);
  return found;
}

function find(schema: unknown, path: readonly string[]): Mirrored[] {
  if (!isObject(schema) || !isObject(schema.properties) || path.length >= DEPTH_MAX) return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    const here = [...path, name];
    const header = isObject(property) ? property['x-mcp-header'] : undefined;
    const below = find(property, here);
    return typeof header === 'string'
      ? [{ path: here, header: `mcp-param-${header.toLowerCase()}` }, ...below]
      : below;
  });
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
}

/** What is not a string, a number or a boolean is the tool's to refuse. */
function isMirrored(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

const encoded = /^=\?base64\?(.*)\?=$/;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What HTTP cannot carry is sent as `=?base64?…?=`. @returns undefined where that is not base64 of UTF-8 */
function decode(header: string): string | undefined {
  const [, base64] = encoded.exec(header) ?? [];
  if (base64 === undefined) return header;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** 42.0 and 42 are one number, and two texts. */
function isSame(repeated: string, value: string | number | boolean): boolean {
  if (repeated === String(value)) return true;
  return typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(repeated) && Number(repeated) === value;
}

function mismatch(text: string): Refusal {
  return { status: 400, code: HEADER_MISMATCH, fault: fault('INVALID_ARGUMENT', text) };
}
