import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What the bridge is started with. */
export interface Settings {
  /** Of the MCP endpoint. */
  url: URL;
  /** Shown in place of signing in. */
  api_key: string | undefined;
  /** The OAuth client's metadata document, for an authorization server that registers nobody. */
  client_document: string | undefined;
  /** Where tokens are kept. */
  config_dir: string;
}

export const usage = `Usage: florin-connect <url of the MCP endpoint>

Carries the messages of an MCP client that speaks stdio to a server that speaks Streamable HTTP, such as
http://127.0.0.1:8080/mcp. The first time a page opens in your browser, where you sign in.

  --client-document <url>  the OAuth client's metadata document, where the server takes those only
  --help                   this text

FLORIN_API_KEY             an API key, to be used in place of signing in
BROWSER                    the program that opens the page
`;

export function parseArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Settings | { help: true } | { wrong: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'client-document': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) return { help: true };
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0) return { wrong: 'give it one address' };
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol))
      return { wrong: `${address} is no http address` };
    if (!isSafe(url)) {
      return { wrong: `${url.hostname} is not this computer: tokens go over https only` };
    }
    return {
      url,
      api_key: env.FLORIN_API_KEY || undefined,
      client_document: values['client-document'],
      config_dir: configDirectory(env),
    };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

/** What is sent there, or shown there, stays on this computer or is encrypted; and it is a page, no file and no program. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** XDG Base Directory Specification, and its like on Windows. */
function configDirectory(env: NodeJS.ProcessEnv): string {
  const base =
    env.XDG_CONFIG_HOME || (process.platform === 'win32' && env.APPDATA) || join(homedir(), '.config');
  return join(base, 'florin-connect');
}
