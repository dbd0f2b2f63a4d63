import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The official client of line 2.x, on either era. */
export async function connect(
  url: string,
  token: string,
  era: '2026-07-28' | 'legacy' = '2026-07-28',
): Promise<Client> {
  const mode = era === 'legacy' ? era : { pin: era };
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: withToken(token) }));
  return client;
}

/** The official client of line 1.x. */
export async function connectOld(url: string, token: string): Promise<OldClient> {
  const client = new OldClient({ name: 'test', version: '1' });
  const transport = new OldTransport(new URL(url), { requestInit: withToken(token) });
  // Its types are from before exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<OldClient['connect']>[0]);
  return client;
}

function withToken(token: string): RequestInit {
  return token === '' ? {} : { headers: { authorization: `Bearer ${token}` } };
}

/** One message of the 2025 revisions, sent as it is. */
export function post(
  url: string,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Response> {
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  const given = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers: given, body: text });
}

export function callOf(name: string, args: unknown = {}, id: unknown = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}

/** The one JSON-RPC answer of a response, whether it came as JSON or as an event. */
export async function answerOf(response: Response): Promise<{
  id?: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: { error?: Record<string, unknown> } };
}> {
  const text = await response.text();
  const data = text.split('\n').findLast((line) => line.startsWith('data: '));
  return JSON.parse(data?.slice('data: '.length) ?? text);
}
