import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

export type Result = Record<string, unknown>;

export interface McpClient {
  client: Client;
  /** Calls a tool and returns its structured content. @throws Error with the error's text when the tool failed */
  call<T = Result>(name: string, args?: Result): Promise<T>;
  /** Calls a tool that is expected to fail, and returns its error. */
  refused(name: string, args?: Result): Promise<ToolError>;
  /** Reads a resource and returns its JSON. */
  read<T = Result>(uri: string): Promise<T>;
  close(): Promise<void>;
}

export interface ToolError {
  code: string;
  reason: string;
  message: string;
  retryable: boolean;
  details?: Result;
  request_id: string;
}

/** The official client, as an assistant would use it. */
export async function connect(
  url: string,
  options: { token?: string; era?: 'legacy' | '2026-07-28' } = {},
): Promise<McpClient> {
  const { token, era = '2026-07-28' } = options;
  const client = new Client(
    { name: 'florin-tests', version: '1.0.0' },
    { versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: era } } },
  );
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  const invoke = (name: string, args: Result) => client.callTool({ name, arguments: args });
  return {
    client,
    async call<T>(name: string, args: Result = {}) {
      const result = await invoke(name, args);
      if (result.isError === true)
        throw new Error(JSON.stringify(result.structuredContent ?? result.content));
      return result.structuredContent as T;
    },
    async refused(name, args = {}) {
      const result = await invoke(name, args);
      if (result.isError !== true) throw new Error(`${name} was not refused`);
      return (result.structuredContent as { error: ToolError }).error;
    },
    async read<T>(uri: string) {
      const { contents } = await client.readResource({ uri });
      const [content] = contents;
      if (content === undefined || !('text' in content)) throw new Error(`${uri} has no text`);
      return JSON.parse(content.text) as T;
    },
    close: () => client.close(),
  };
}
