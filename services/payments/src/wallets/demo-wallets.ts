import { type Clock, idToUuid, type Logger, uuidToId } from '@florin/chassis';
import { createPause } from '@florin/postgres';
import type { PaymentsDeps } from '../deps.js';
import { openWallet } from '../ledger/wallets.js';

/** What Ada and Ben begin with, in local mode only. */
const PEOPLE = ['ada@florin.test', 'ben@florin.test'];
const CURRENCY = 'USD';
const AMOUNT_MINOR = 1_000_000n;
const AGAIN_MS = 500;
const ATTEMPTS = 240;

type SeedDeps = Pick<PaymentsDeps, 'people' | 'sql' | 'writer'>;

/**
 * Gives the demo's people their money, once: the transfer's id follows from the wallet's, so that a second one is refused.
 * Identity makes these people when it first starts, which may be after us.
 */
export function startDemoWallets(
  deps: SeedDeps,
  { enabled, now, logger }: { enabled: boolean; now: Clock; logger: Logger },
): { stop(): Promise<void> } {
  const pause = createPause();
  let stopping = false;

  async function run(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS && !stopping; attempt++) {
      try {
        const seeded = await Promise.all(PEOPLE.map((email) => seed(deps, email, now())));
        if (seeded.every(Boolean)) return;
      } catch (error) {
        logger.debug({ err: error }, 'the wallets of the demo wait');
      }
      await pause.for(AGAIN_MS);
    }
  }

  const running = enabled ? run() : Promise.resolve();
  return {
    async stop() {
      stopping = true;
      pause.end();
      await running;
    },
  };
}

/** @returns false where there is no such person yet */
async function seed({ people, sql, writer }: SeedDeps, email: string, now: Date): Promise<boolean> {
  const user_id = await people.findByEmail(email);
  if (user_id === undefined) return false;
  const { wallet_id } = await openWallet(sql, { user_id, currency: CURRENCY, now });
  const outcome = await writer.submit({
    now,
    rows: [],
    commands: [
      {
        kind: 'single',
        transfer_id: uuidToId('trf', idToUuid(wallet_id, 'wal')),
        debit: { house: 'opening' },
        credit: wallet_id,
        amount_minor: AMOUNT_MINOR,
        currency: CURRENCY,
        reference: 'demo',
      },
    ],
    events: [],
  });
  if (outcome.committed || outcome.refusal.reason === 'TRANSFER_EXISTS') return true;
  throw new Error(`the ledger refused ${outcome.refusal.reason}`);
}
