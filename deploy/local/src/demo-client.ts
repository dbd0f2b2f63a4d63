import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { fixedPorts } from './port-plan.js';
import { HOST } from './topology.js';

/** What the parts of the demo have in common: a client as anybody has one, and a way to say what happens. */

export interface Money {
  amount: string;
  currency: string;
}

export const mcpUrl = (): string => `http://${HOST}:${portOf('gateway', 'GATEWAY_PORT')}/mcp`;

export async function connect(url: string, access_token?: string): Promise<Client> {
  const client = new Client(
    { name: 'florin-demo', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const headers = access_token === undefined ? {} : { authorization: `Bearer ${access_token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

/** @throws Error with the tool's own words when it failed */
export async function call<T>(client: Client, name: string, args: Record<string, unknown> = {}): Promise<T> {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.structuredContent)}`);
  return result.structuredContent as T;
}

export function portOf(owner: string, variable: string): number {
  const found = fixedPorts(process.env).find((port) => port.owner === owner && port.variable === variable);
  if (found === undefined) throw new Error(`${variable} is no port of ${owner}`);
  return found.port;
}

export const show = ({ amount, currency }: Money) => `${amount} ${currency}`;
export const say = (text: string) => print(`\n● ${text}`);
export const note = (text: string) => print(`   ${text}`);
export const print = (text: string) => process.stdout.write(`${text}\n`);
