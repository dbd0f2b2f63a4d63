import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { call, connect, type Money, mcpUrl, note, portOf, print, say, show } from './demo-client.js';
import { payBen } from './demo-payment.js';
import type { CommandContext } from './start.js';
import { table } from './table.js';
import { HOST, SIMULATED_PLAID } from './topology.js';

interface Account {
  account_id: string;
  name: string;
  mask: string;
  subtype: string;
  institution: string;
  status: string;
}

interface Transaction {
  date: string;
  merchant?: string;
  description: string;
  category: string;
  amount: Money;
  pending: boolean;
}

const WAIT_MS = 30_000;

/** A person's first five minutes with Florin, through the official MCP client. Needs a mesh that runs. */
export async function demo(_context: CommandContext): Promise<number> {
  const mcp_url = mcpUrl();
  if (!(await answers(mcp_url.replace(/mcp$/, 'readyz')))) {
    console.error(`Florin does not answer at ${mcp_url}. Start it in another terminal: npm start`);
    return 1;
  }
  const access_token = await signUp(`${mcp_url}/public`);
  const client = await connect(mcp_url, access_token);
  try {
    await linkBank(client);
    await showMoney(client);
  } finally {
    await client.close();
  }
  await payBen(mcp_url);
  say(`That was Florin over MCP. Connect your own client to ${mcp_url}`);
  return 0;
}

async function signUp(url: string): Promise<string> {
  const client = await connect(url);
  const email = `demo-${randomBytes(4).toString('hex')}@florin.test`;
  const password = randomBytes(18).toString('base64url');
  say(`A person registers at ${url}, where no token is needed: ${email}`);
  await call(client, 'register_user', { email, password, full_name: 'Dana Demo' });
  const { access_token, expires_in } = await call<{ access_token: string; expires_in: number }>(
    client,
    'authenticate_user',
    { username: email, password },
  );
  note(`register_user, authenticate_user: an access token that lives ${Math.round(expires_in / 60)} minutes`);
  await client.close();
  return access_token;
}

async function linkBank(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  say(`With that token the gateway shows ${tools.length} tools, merged from all services.`);
  note(tools.map(({ name }) => name).join(', '));

  const { link_url } = await call<{ link_url: string }>(client, 'create_link_token');
  say('To link a bank, a person opens this page and signs in there. Florin never sees the password:');
  note(link_url);
  note('Here the stand-in bank is asked for the public token that the page would bring back.');
  const { accounts } = await call<{ accounts: Account[] }>(client, 'link_bank_account', {
    public_token: await publicToken(),
  });
  say(`link_bank_account: ${accounts.length} accounts are linked.`);
}

async function showMoney(client: Client): Promise<void> {
  const { accounts } = await call<{ accounts: Account[] }>(client, 'list_accounts');
  const rows = await Promise.all(
    accounts.map(async ({ account_id, name, mask, subtype, institution }) => {
      const balance = await call<{ current: Money; source: string }>(client, 'get_balance', { account_id });
      return [institution, name, subtype, `…${mask}`, show(balance.current), balance.source];
    }),
  );
  say('Accounts and balances, live or seconds old:');
  print(table(['bank', 'account', 'kind', 'number', 'balance', 'source'], rows));

  const transactions = await untilSynced(client);
  say('The last transactions, which the bank sent through its own SDK and wire protocol:');
  print(
    table(
      ['date', 'merchant', 'category', 'amount', ''],
      transactions.map(({ date, merchant, description, category, amount, pending }) => [
        date,
        (merchant ?? description).slice(0, 32),
        category,
        show(amount),
        pending ? 'pending' : '',
      ]),
    ),
  );

  const end_date = new Date().toISOString().slice(0, 10);
  const start_date = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  const spending = await call<{ groups: { key: string; total: Money; transactions: number }[] }>(
    client,
    'summarize_spending',
    { start_date, end_date, group_by: 'category' },
  );
  say(`Where the money went since ${start_date}:`);
  print(
    table(
      ['category', 'total', 'payments'],
      spending.groups.map(({ key, total, transactions }) => [key, show(total), String(transactions)]),
    ),
  );
}

/** The bank's history comes within seconds of linking. */
async function untilSynced(client: Client): Promise<Transaction[]> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const { transactions } = await call<{ transactions: Transaction[] }>(client, 'search_transactions', {
      page_size: 12,
    });
    if (transactions.length > 0) return transactions;
    if (Date.now() > deadline) throw new Error('The transactions did not come. See .florin/logs/banking.log');
    await delay(250);
  }
}

/** As the stand-in bank gives one to a person who signed in. */
async function publicToken(): Promise<string> {
  const plaid = `http://${HOST}:${portOf('sandbox', 'PLAID_PORT')}`;
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(plaid + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'plaid-client-id': SIMULATED_PLAID.client_id,
        'plaid-secret': SIMULATED_PLAID.secret,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The stand-in bank answered ${response.status} to ${path}`);
    return (await response.json()) as T;
  };
  const { institutions } = await ask<{ institutions: { institution_id: string }[] }>('/institutions/get', {
    count: 1,
    offset: 0,
    country_codes: ['US'],
  });
  const { public_token } = await ask<{ public_token: string }>('/sandbox/public_token/create', {
    institution_id: institutions[0]?.institution_id,
    initial_products: ['transactions'],
  });
  return public_token;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
