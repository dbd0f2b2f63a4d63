import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@florin/testkit';
import type { Result } from './client.js';
import type { Person } from './people.js';

/** One call, with its own key, whatever became of it. */
export interface Ask {
  kind: 'transfer' | 'charge' | 'refund';
  by: Person;
  tool: string;
  args: Result;
  answer?: Result;
}

export interface PaymentLoad {
  /** Waits until so many more have been tried; `answered`: with a result. */
  more(count: number, answered?: 'answered'): Promise<void>;
  /** Ends the load. @returns all that was asked */
  stop(): Promise<Ask[]>;
}

interface Sides {
  payer: Person;
  payee: Person;
  wallet_id: string;
  card_id: string;
  payee_wallet_id: string;
}

const LANES = 3;
/** Who is refused at once must not ask all there is before anything is back. */
const PACE_MS = 150;
const MOST = 400;
const WAIT = { timeout: 60_000, interval: 50 };

/** Payments between wallets and from a card, and refunds of both, over and over until it is stopped. */
export function startPaymentLoad(sides: Sides): PaymentLoad {
  const asks: Ask[] = [];
  let tried = 0;
  let stopping = false;

  async function lane(): Promise<void> {
    while (!stopping && asks.length < MOST) {
      const ask = next(sides, asks);
      asks.push(ask);
      await answer(ask).catch(() => undefined);
      tried++;
      await sleep(PACE_MS);
    }
  }
  const lanes = Array.from({ length: LANES }, lane);

  return {
    async more(count, answered) {
      const counted = () =>
        answered === undefined ? tried : asks.filter((ask) => ask.answer !== undefined).length;
      const goal = counted() + count;
      await until(() => {
        if (counted() < goal) throw new Error(`${goal - counted()} are outstanding`);
      }, WAIT);
    },
    async stop() {
      stopping = true;
      await Promise.all(lanes);
      return asks;
    },
  };
}

function next({ payer, payee, wallet_id, card_id, payee_wallet_id }: Sides, asks: readonly Ask[]): Ask {
  const idempotency_key = randomUUID();
  const paid = asks.filter(({ kind, answer: made }) => kind !== 'refund' && made?.status === 'succeeded');
  if (asks.length % 3 === 2 && paid.length > 0) {
    // Each payment may be refunded once: what is asked for is 0.50 of at least 1.00.
    const payment_id = paid[Math.floor(asks.length / 3) % paid.length]?.answer?.payment_id;
    const isRefunded = asks.some(({ kind, args }) => kind === 'refund' && args.payment_id === payment_id);
    const args = { payment_id, amount: '0.50', idempotency_key };
    if (!isRefunded) return { kind: 'refund', by: payee, tool: 'process_refund', args };
  }
  const isCharge = asks.length % 3 === 1;
  const source_id = isCharge ? card_id : wallet_id;
  const args = {
    source_id,
    destination_id: payee_wallet_id,
    amount: '1.00',
    currency: 'USD',
    idempotency_key,
  };
  return { kind: isCharge ? 'charge' : 'transfer', by: payer, tool: 'initiate_payment', args };
}

async function answer(ask: Ask): Promise<void> {
  ask.answer = await ask.by.mcp.call(ask.tool, ask.args);
}

/** Repeats the call with its key until it has come to its end. @throws where that is not a success */
export async function settle(ask: Ask): Promise<void> {
  await until(
    async () => {
      await answer(ask);
      if (ask.answer?.status !== 'succeeded' && !isPaid(ask)) throw new Error(JSON.stringify(ask.answer));
    },
    { timeout: 120_000, interval: 500 },
  );
}

function isPaid({ answer: made }: Ask): boolean {
  return ['partially_refunded', 'refunded'].includes(String(made?.status));
}
