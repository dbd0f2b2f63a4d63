/** What a path of MCP is for. */
export type McpRoute =
  | { kind: 'mcp' | 'public' }
  /** HTTP+SSE, the transport of 2024-11-05: a stream, and where messages are posted that are answered on it. */
  | { kind: 'sse' | 'messages'; client_id: string };

const fixed = new Map<string, McpRoute>([
  ['/mcp', { kind: 'mcp' }],
  ['/mcp/public', { kind: 'public' }],
]);
/** Chosen by whoever configures the client: a name, and no secret. */
const ofClient = /^\/mcp\/(sse|messages)\/([\w-]{1,64})$/;

const methods: Record<McpRoute['kind'], readonly string[]> = {
  mcp: ['GET', 'POST', 'DELETE'],
  public: ['POST'],
  sse: ['GET'],
  messages: ['POST'],
};

/** @returns undefined for what is not MCP's */
export function routeOf(url = ''): McpRoute | undefined {
  const path = url.split('?', 1)[0] ?? '';
  const route = fixed.get(path);
  if (route !== undefined) return route;
  const [, kind, client_id] = ofClient.exec(path) ?? [];
  return client_id === undefined ? undefined : { kind: kind === 'sse' ? 'sse' : 'messages', client_id };
}

export function methodsOf({ kind }: McpRoute): readonly string[] {
  return methods[kind];
}
