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
  const bridge = { command: 'npx', args: ['-y', 'florin-connect', url] };
  return [
    {
      client: 'Claude Code',
      how: 'In a terminal, and then /mcp to sign in:',
      snippet: `claude mcp add --transport http florin ${url}`,
    },
    {
      client: 'Claude Desktop',
      how: 'Settings, Developer, Edit config: its servers run as programs, so a bridge carries the calls.',
      snippet: json({ mcpServers: { florin: bridge } }),
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
      client: 'Codex CLI',
      how: '~/.codex/config.toml, and then codex mcp login florin:',
      snippet: `[mcp_servers.florin]\nurl = "${url}"`,
    },
    {
      client: 'Gemini CLI',
      how: '~/.gemini/settings.json, and then /mcp auth florin:',
      snippet: json({ mcpServers: { florin: { httpUrl: url } } }),
    },
    {
      client: 'Windsurf',
      how: '~/.codeium/windsurf/mcp_config.json:',
      snippet: json({ mcpServers: { florin: { serverUrl: url } } }),
    },
    {
      client: 'Zed',
      how: 'settings.json:',
      snippet: json({ context_servers: { florin: { url } } }),
    },
    {
      client: 'One that runs programs only',
      how: 'The bridge speaks stdio to it, and signs you in:',
      snippet: `npx -y florin-connect ${url}`,
    },
    {
      client: 'One that knows HTTP+SSE only',
      how: 'With a name of your choice at the end:',
      snippet: `${url}/sse/my-assistant`,
    },
    {
      client: 'Any other',
      how: 'Choose "Streamable HTTP" as the transport, and give it this address:',
      snippet: url,
    },
  ];
}
