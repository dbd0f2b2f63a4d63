/** How one MCP client is told of the gateway. */
interface ClientSetup {
  client: string;
  how: string;
  snippet: string;
}

/**
 * Clients find the way to the sign-in by themselves (RFC 9728): the address is all that they need.
 *
 * @param url of the MCP endpoint
 */
export function clientSetups(url: string): ClientSetup[] {
  const json = (value: unknown) => JSON.stringify(value, null, 2);
  return [
    {
      client: 'Claude Code',
      how: 'In a terminal, and then /mcp to sign in:',
      snippet: `claude mcp add --transport http florin ${url}`,
    },
    {
      client: 'Claude Desktop',
      how: 'Settings, Developer, Edit config: its servers run as programs, so a bridge carries the calls.',
      snippet: json({ mcpServers: { florin: { command: 'npx', args: ['-y', 'mcp-remote', url] } } }),
    },
    {
      client: 'Cursor',
      how: '~/.cursor/mcp.json, or .cursor/mcp.json in a project:',
      snippet: json({ mcpServers: { florin: { url } } }),
    },
    {
      client: 'VS Code',
      how: '.vscode/mcp.json:',
      snippet: json({ servers: { florin: { type: 'http', url } } }),
    },
    {
      client: 'Any other',
      how: 'Choose "Streamable HTTP" as the transport, and give it this address:',
      snippet: url,
    },
  ];
}
