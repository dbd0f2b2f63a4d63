import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Mesh } from '@florin/local';
import postgres from 'postgres';
import type { Person } from './people.js';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../services/payments/dist/main.js', import.meta.url));

/** The person's first wallet. */
export async function walletOf({ mcp }: Person): Promise<{ wallet_id: string; available_minor: number }> {
  interface Wallets {
    wallets: { wallet_id: string; available: { amount: string } }[];
  }
  const { wallets } = await mcp.call<Wallets>('list_wallets');
  const [found] = wallets;
  if (found === undefined) throw new Error('no wallet');
  const { wallet_id, available } = found;
  return { wallet_id, available_minor: Math.round(Number(available.amount) * 100) };
}

/** What the operator's command finds wrong between ledger, payments and the provider's book; one line each. */
export async function differences(mesh: Mesh): Promise<string[]> {
  const env = { ...mesh.environment('payments'), PATH: process.env.PATH };
  const { stdout } = await run(process.execPath, [main, 'reconcile'], { env });
  const said = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  if (!/^\d+ compared /.test(said.at(-1) ?? ''))
    throw new Error(`reconcile did not come to its end:\n${stdout}`);
  return said.slice(0, -1);
}

/** Money that is set aside and not decided about, and events that have not left, by the tables of payments. */
export async function leftOpen(mesh: Mesh): Promise<{ pending: number; unpublished: number }> {
  const sql = postgres(mesh.environment('payments').DATABASE_URL ?? '', { max: 1 });
  try {
    const [row] = await sql<{ pending: number; unpublished: number }[]>`
      select (select count(*)::int from accounts
          where debits_pending_minor <> 0 or credits_pending_minor <> 0) as pending,
        (select count(*)::int from outbox where published_at is null) as unpublished`;
    return row ?? { pending: -1, unpublished: -1 };
  } finally {
    await sql.end();
  }
}
