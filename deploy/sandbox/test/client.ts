import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Configuration,
  CountryCode,
  PlaidApi,
  type PlaidError,
  Products,
  type RemovedTransaction,
  type Transaction,
} from 'plaid';
import { type Sandbox, type SandboxOptions, start } from '../src/index.js';

export const HARBOR = 'ins_910001';
export const MERIDIAN = 'ins_910002';
export const CREDENTIALS = { client_id: 'client-of-the-test', secret: 'secret-of-the-test' };
const HOUR_MS = 3_600_000;

/** A stand-in with a clock that stands still until it is moved, and Plaid's own SDK pointed at it. */
export async function startWithClient(options: SandboxOptions = {}) {
  let now_ms = Date.UTC(2026, 2, 15, 12);
  const sandbox = await start({ now: () => new Date(now_ms), plaid_credentials: CREDENTIALS, ...options });
  return {
    sandbox,
    plaid: clientOf(sandbox),
    now: () => new Date(now_ms),
    forward(hours: number): void {
      now_ms += hours * HOUR_MS;
    },
  };
}

export function clientOf(sandbox: Sandbox, { client_id, secret } = CREDENTIALS): PlaidApi {
  return new PlaidApi(
    new Configuration({
      basePath: sandbox.plaid_url,
      baseOptions: {
        headers: { 'PLAID-CLIENT-ID': client_id, 'PLAID-SECRET': secret, 'Plaid-Version': '2020-09-14' },
      },
    }),
  );
}

/** Links a bank without Link: two years of history unless fewer days are asked for. */
export async function linkBank(
  plaid: PlaidApi,
  {
    institution_id = HARBOR,
    days_requested = 730,
    webhook,
  }: { institution_id?: string; days_requested?: number; webhook?: string } = {},
) {
  const { data } = await plaid.sandboxPublicTokenCreate({
    institution_id,
    initial_products: [Products.Transactions],
    options: { transactions: { days_requested }, ...(webhook ? { webhook } : {}) },
  });
  const exchanged = await plaid.itemPublicTokenExchange({ public_token: data.public_token });
  const { access_token, item_id } = exchanged.data;
  return { access_token, item_id };
}

export interface Synced {
  added: Transaction[];
  modified: Transaction[];
  removed: RemovedTransaction[];
  cursor: string;
  pages: number;
}

/** One whole update loop. */
export async function syncAll(
  plaid: PlaidApi,
  access_token: string,
  from?: string,
  count = 500,
): Promise<Synced> {
  const synced: Synced = { added: [], modified: [], removed: [], cursor: from ?? '', pages: 0 };
  for (let has_more = true; has_more; synced.pages++) {
    const { data } = await plaid.transactionsSync({
      access_token,
      count,
      ...(synced.cursor ? { cursor: synced.cursor } : {}),
    });
    synced.added.push(...data.added);
    synced.modified.push(...data.modified);
    synced.removed.push(...data.removed);
    synced.cursor = data.next_cursor;
    has_more = data.has_more;
  }
  return synced;
}

export const HARBOR_LINK = {
  client_name: 'Florin',
  language: 'en',
  country_codes: [CountryCode.Us],
  products: [Products.Transactions],
  user: { client_user_id: 'usr_1' },
  transactions: { days_requested: 730 },
};

/** The status and Plaid's error that a call was answered with; throws where it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; error: PlaidError }> {
  try {
    await call;
  } catch (error) {
    const { response } = error as { response?: { status: number; data: PlaidError } };
    if (!response) throw error;
    return { status: response.status, error: response.data };
  }
  throw new Error('expected a refusal, and the call was answered');
}

export interface Received {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The very bytes, as the signature covers them. */
  text: string;
  body: Record<string, unknown>;
}

/** Where webhooks arrive. `answer` decides the status for each, by how many came before. */
export async function receiveWebhooks(answer: (before: number) => number = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { headers, url: path = '/' } = request;
      const status = answer(received.length);
      received.push({ path, headers, text, body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/webhooks/plaid`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
