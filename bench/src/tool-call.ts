import type { LoadRequest } from './load.js';

export type Era = '2026-07-28' | '2025-11-25';

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
};

/** A plain tools/call, as the official client sends it. */
export function toolRequest(
  url: string,
  access_token: string,
  name: string,
  args: object,
  era: Era = '2026-07-28',
): LoadRequest {
  const modern = era === '2026-07-28';
  const params = { name, arguments: args, ...(modern && { _meta: modernMeta }) };
  return {
    url,
    headers: {
      ...mcpHeaders(access_token, era),
      ...(modern && { 'mcp-method': 'tools/call', 'mcp-name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  };
}

/** A tools/list of 2026-07-28. */
export function listRequest(url: string, access_token: string): LoadRequest {
  return modernRequest(url, access_token, 'tools/list', {});
}

/** Opens a stream that tells of changes, by 2026-07-28. */
export function listenRequest(url: string, access_token: string): LoadRequest {
  return modernRequest(url, access_token, 'subscriptions/listen', {
    notifications: { toolsListChanged: true },
  });
}

function modernRequest(url: string, access_token: string, method: string, params: object): LoadRequest {
  const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: modernMeta } };
  return {
    url,
    headers: { ...mcpHeaders(access_token, '2026-07-28'), 'mcp-method': method },
    body: JSON.stringify(message),
  };
}

/** What every request to `/mcp` carries. */
export function mcpHeaders(access_token: string, era: Era): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${access_token}`,
    'mcp-protocol-version': era,
  };
}

/** One call, and its structured content. */
export async function callTool<T>(url: string, access_token: string, name: string, args: object): Promise<T> {
  const { headers, body } = toolRequest(url, access_token, name, args);
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = (await response.json()) as { result?: { structuredContent?: T; isError?: boolean } };
  const content = answer.result?.structuredContent;
  if (!response.ok || content === undefined || answer.result?.isError) {
    throw new Error(`${name}: ${response.status} ${JSON.stringify(answer).slice(0, 500)}`);
  }
  return content;
}
