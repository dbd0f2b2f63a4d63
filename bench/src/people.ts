import { randomUUID } from 'node:crypto';
import type { Mesh } from '@florin/local';
import { callTool } from './tool-call.js';

/** Somebody who pays and is paid. */
export interface Payer {
  access_token: string;
  wallet_id: string;
}

const WALLET_WAIT_MS = 10_000;

/** Registers as many people, each with a wallet in US dollars. Passwords are hashed for real, so this takes a while. */
export async function registerPayers(mesh: Mesh, count: number): Promise<Payer[]> {
  const payers: Payer[] = [];
  // Four at a time: hashing is what it waits for, and the machine has few cores.
  for (let from = 0; from < count; from += 4) {
    const few = Array.from({ length: Math.min(4, count - from) }, () => registerPayer(mesh));
    payers.push(...(await Promise.all(few)));
  }
  return payers;
}

async function registerPayer(mesh: Mesh): Promise<Payer> {
  const email = `bench-${randomUUID()}@florin.test`;
  const password = `correct horse ${randomUUID()}`;
  await post(`${mesh.url('identity')}/auth/register`, { email, password, full_name: 'Bench Person' });
  const signedIn = await post<{ access_token: string }>(`${mesh.url('identity')}/auth/login`, {
    username: email,
    password,
  });
  return { ...signedIn, wallet_id: await walletOf(mesh, signedIn.access_token) };
}

/** The wallet is opened when payments hears of the person. */
async function walletOf(mesh: Mesh, access_token: string): Promise<string> {
  const deadline = performance.now() + WALLET_WAIT_MS;
  for (;;) {
    const { wallets } = await callTool<{ wallets: { wallet_id: string }[] }>(
      mesh.mcp_url,
      access_token,
      'list_wallets',
      {},
    );
    const [wallet] = wallets;
    if (wallet !== undefined) return wallet.wallet_id;
    if (performance.now() > deadline) throw new Error('no wallet was opened');
  }
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
