import { randomInt, randomUUID } from 'node:crypto';
import type { Mesh } from '@florin/local';
import { withMesh } from './bench-mesh.js';
import { cpuMs, treeCpuMs } from './cpu.js';
import { fundWallets } from './fund-wallets.js';
import { type LoadResult, runLoad } from './load.js';
import { type Payer, registerPayers } from './people.js';
import { toolRequest } from './tool-call.js';
import { transfersFloor } from './transfers-floor.js';

const CLIENTS = 64;
const WARM_UP_S = 10;
const MEASURED_S = 60;
const FLOOR_S = 20;
/** Enough for every payment, and each far below what asks for an approval. */
const FUNDS = '100000.00';
const AMOUNT = '0.01';
/** How often the hot run pays the one payee whom everybody pays. */
const HOT_SHARE = 0.2;

export interface TransferRow extends LoadResult {
  what: string;
  /** By process, with Postgres and NATS; of the floor, by the script and Postgres. */
  cpu_ms_per_transfer: Record<string, number>;
}

/**
 * Wallet-to-wallet `initiate_payment` through `/mcp`: the whole mesh, the full guard, fsync on. Beside it the floor: the same
 * transfers by nothing but SQL, on the same Postgres.
 */
export function benchTransfers(): Promise<TransferRow[]> {
  return withMesh(async (mesh) => {
    const payers = await registerPayers(mesh, CLIENTS);
    const [hot] = await registerPayers(mesh, 1);
    if (hot === undefined) throw new Error('nobody to pay');
    await fundWallets(
      mesh,
      payers.map(({ wallet_id }) => wallet_id),
      FUNDS,
    );
    const spread = (payer: Payer) => other(payers, payer).wallet_id;
    const fifthHot = (payer: Payer) => (Math.random() < HOT_SHARE ? hot.wallet_id : spread(payer));
    await pay(mesh, payers, spread, WARM_UP_S);
    return [
      { what: 'spread over wallets', ...(await measure(mesh, payers, spread)) },
      { what: 'a fifth to one payee', ...(await measure(mesh, payers, fifthHot)) },
      { what: 'floor, spread over wallets', ...(await measureFloor(mesh, 0)) },
      { what: 'floor, a fifth to one payee', ...(await measureFloor(mesh, HOT_SHARE)) },
    ];
  });
}

async function measure(mesh: Mesh, payers: readonly Payer[], payee: (payer: Payer) => string) {
  const before = cpuByProcess(mesh);
  const result = await pay(mesh, payers, payee, MEASURED_S);
  const after = cpuByProcess(mesh);
  const cpu_ms_per_transfer = Object.fromEntries(
    Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / result.calls]),
  );
  return { ...result, cpu_ms_per_transfer };
}

async function measureFloor(mesh: Mesh, hot_share: number) {
  const database_url = mesh.environment('payments').DATABASE_OWNER_URL ?? '';
  const cpu = () => ({ script: cpuMs(process.pid), postgres: treeCpuMs(mesh.postgres.pid ?? 0) });
  const before = cpu();
  const result = await transfersFloor({ database_url, clients: CLIENTS, seconds: FLOOR_S, hot_share });
  const after = cpu();
  return {
    ...result,
    cpu_ms_per_transfer: {
      script: (after.script - before.script) / result.calls,
      postgres: (after.postgres - before.postgres) / result.calls,
    },
  };
}

function pay(mesh: Mesh, payers: readonly Payer[], payee: (payer: Payer) => string, seconds: number) {
  return runLoad({
    connections: CLIENTS,
    until: { seconds },
    next(connection) {
      const payer = payers[connection];
      if (payer === undefined) throw new Error('more connections than payers');
      return toolRequest(mesh.mcp_url, payer.access_token, 'initiate_payment', {
        source_id: payer.wallet_id,
        destination_id: payee(payer),
        amount: AMOUNT,
        currency: 'USD',
        idempotency_key: randomUUID(),
      });
    },
  });
}

function other(payers: readonly Payer[], payer: Payer): Payer {
  for (;;) {
    const chosen = payers[randomInt(payers.length)];
    if (chosen !== undefined && chosen !== payer) return chosen;
  }
}

const MEASURED = ['gateway', 'payments', 'identity', 'banking'];

function cpuByProcess(mesh: Mesh): Record<string, number> {
  const processes = MEASURED.map((name) => [name, cpuMs(mesh.process(name).pid ?? 0)]);
  const { postgres, nats } = mesh;
  return {
    ...Object.fromEntries(processes),
    postgres: treeCpuMs(postgres.pid ?? 0),
    nats: cpuMs(nats.pid ?? 0),
  };
}
