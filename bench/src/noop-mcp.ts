import { createInterface } from 'node:readline';
import { noopTools } from './noop-service.js';

interface Asked {
  id?: string | number;
  method: string;
  params?: { protocolVersion?: string };
}

/** The same tools as an MCP server of stdio, written by hand so that nothing of an SDK is measured with the hub. */
export async function serveNoopMcp(count: number): Promise<void> {
  const tools = noopTools(count).map(({ tool }) => tool);
  const serverInfo = { name: 'noop', version: '1' };
  const answers: Record<string, (params: Asked['params']) => object> = {
    initialize: (params) => ({
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo,
    }),
    ping: () => ({}),
    'tools/list': () => ({ tools }),
    'tools/call': () => ({
      content: [{ type: 'text', text: '{"done":true}' }],
      structuredContent: { done: true },
    }),
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line) as Asked;
    if (id === undefined) continue;
    const result = answers[method]?.(params);
    const error = { code: -32601, message: 'There is no such method.' };
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) })}\n`);
  }
}
