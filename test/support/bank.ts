import type { Mesh } from '@florin/local';
import { until } from '@florin/testkit';
import type { McpClient } from './client.js';

export interface LinkedAccount {
  account_id: string;
  name: string;
  type: string;
  subtype: string;
  currency: string;
  status: string;
  institution: string;
  mask: string;
}

/** A public token from the stand-in, as a person gets one by signing in at their bank. */
export async function publicToken(mesh: Mesh, institution = 0): Promise<string> {
  const { PLAID_CLIENT_ID = '', PLAID_SECRET = '' } = mesh.environment('banking');
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`${mesh.url('sandbox', 'plaid')}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'plaid-client-id': PLAID_CLIENT_ID,
        'plaid-secret': PLAID_SECRET,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { institutions } = await ask<{ institutions: { institution_id: string }[] }>('/institutions/get', {
    count: 10,
    offset: 0,
    country_codes: ['US'],
  });
  const { public_token } = await ask<{ public_token: string }>('/sandbox/public_token/create', {
    institution_id: institutions[institution]?.institution_id,
    initial_products: ['transactions'],
  });
  return public_token;
}

/** Links a bank and waits until its transactions have come. */
export async function linkBank(mesh: Mesh, mcp: McpClient, institution = 0): Promise<LinkedAccount[]> {
  const public_token = await publicToken(mesh, institution);
  const { accounts } = await mcp.call<{ accounts: LinkedAccount[] }>('link_bank_account', { public_token });
  await until(
    async () => {
      const found = await mcp.call<{ transactions: unknown[] }>('search_transactions', { page_size: 1 });
      if (found.transactions.length === 0) throw new Error('no transactions yet');
    },
    { timeout: 20_000, interval: 200 },
  );
  return accounts;
}
