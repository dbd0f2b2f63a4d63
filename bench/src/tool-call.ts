import type { LoadRequest } from './load.js';

export type Era = '2026-07-28' | '2025-11-25';

/** A plain tools/call, as the official client sends it. */
export function toolRequest(
  url: string,
  access_token: string,
  name: string,
  args: object,
  era: Era = '2026-07-28',
): LoadRequest {
  const modern = era === '2026-07-28';
  const meta = {
    'io.modelcontextprotocol/protocolVersion': era,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  };
  const params = { name, arguments: args, ...(modern && { _meta: meta }) };
  return {
    url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${access_token}`,
      'mcp-protocol-version': era,
      ...(modern && { 'mcp-method': 'tools/call', 'mcp-name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
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
