/** How one MCP client is told of the gateway. */
interface ClientSetup {
  client: string;
  how: string;
  snippet: string;
}

/** @param url of the MCP endpoint */
export function clientSetups(url: string): ClientSetup[] {
  const json = (value: unknown) => JSON.stringify(value, null, 2);
  const headers = { Authorization: 'Bearer YOUR_TOKEN' };
  return [
    {
      client: 'Claude Code',
      how: 'In a terminal:',
      snippet: `claude mcp add --transport http florin ${url} \\
  --header "Authorization: Bearer YOUR_TOKEN"`,
    },
    {
      client: 'Claude Desktop',
      how: 'Settings, Developer, Edit config: its servers run as programs, so a bridge carries the calls.',
      snippet: json({
        mcpServers: {
          florin: {
            command: 'npx',
            args: ['-y', 'mcp-remote', url, '--header', `Authorization:$\{FLORIN_AUTHORIZATION}`],
            env: { FLORIN_AUTHORIZATION: 'Bearer YOUR_TOKEN' },
          },
        },
      }),
    },
    {
      client: 'Cursor',
      how: '~/.cursor/mcp.json, or .cursor/mcp.json in a project:',
      snippet: json({ mcpServers: { florin: { url, headers } } }),
    },
    {
      client: 'VS Code',
      how: '.vscode/mcp.json:',
      snippet: json({ servers: { florin: { type: 'http', url, headers } } }),
    },
    {
      client: 'Any other',
      how: 'Choose "Streamable HTTP" as the transport, and give it this address and header:',
      snippet: `${url}\nAuthorization: Bearer YOUR_TOKEN`,
    },
  ];
}
