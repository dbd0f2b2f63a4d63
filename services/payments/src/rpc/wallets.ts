import { type Clock, type RpcContext, type RpcService, type RpcSupport, serveRpc } from '@florin/chassis';
import { fault, invalidArgument } from '@florin/faults';
import { formatMoney, parseAmount } from '@florin/money';
import type { RawSql } from '@florin/postgres';
import { florin, type WalletsHandlers } from '@florin/proto';
import { z } from 'zod';
import type { LedgerWriter } from '../ledger/unit.js';
import { walletsOf } from '../ledger/wallets.js';
import { personOf } from '../operations/fields.js';
import {
  moveFunds,
  postFunds,
  reserveFunds,
  type ServiceCall,
  voidFunds,
} from '../service-funds/service-funds.js';

const callers = ['investing', 'subscription'];

const text = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, { error: 'must be 1 to 128 visible ASCII characters' });
const money = z.object({ amount: z.string(), currency: z.string() }, { error: 'is required' });
const id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), { error: `must be a ${prefix}_ id` });

const reserve = z.object({ idempotency_key: text, wallet_id: id('wal'), amount: money, reference: text });
const transfer = reserve.extend({ direction: z.enum(['DIRECTION_FROM_WALLET', 'DIRECTION_TO_WALLET']) });
const resolve = z.object({ idempotency_key: text, transfer_id: id('trf') });
const post = resolve.extend({ amount: money.nullable() });

interface Parts {
  sql: RawSql;
  writer: LedgerWriter;
  now: Clock;
}

/** florin.payments.v1.Wallets: other services move a person's money, having guarded the operation themselves. */
export function walletsRpc({ sql, writer, now }: Parts, support: RpcSupport): RpcService {
  const options = { callers, ...support };
  const deps = { sql, writer };
  const handlers: WalletsHandlers = {
    ListWallets: serveRpc(options, async (_request, { actor }) => {
      const wallets = await walletsOf(sql, personOf(actor));
      return {
        wallets: wallets.map(
          ({ wallet_id, currency, status, balance_minor, available_minor, reserved_minor }) => ({
            wallet_id,
            status,
            balance: formatMoney({ amount_minor: balance_minor, currency }),
            available: formatMoney({ amount_minor: available_minor, currency }),
            reserved: formatMoney({ amount_minor: reserved_minor, currency }),
          }),
        ),
      };
    }),
    Reserve: serveRpc(options, async (request, rpc) => {
      const { amount, ...ask } = parse(reserve, request);
      return { transfer_id: await reserveFunds(deps, callOf(rpc), { ...ask, ...minorOf(amount) }) };
    }),
    Post: serveRpc(options, async (request, rpc) => {
      const { amount, ...ask } = parse(post, request);
      const part = amount === null ? {} : { part: minorOf(amount) };
      return { transfer_id: await postFunds(deps, callOf(rpc), { ...ask, ...part }) };
    }),
    Void: serveRpc(options, async (request, rpc) => {
      return { transfer_id: await voidFunds(deps, callOf(rpc), parse(resolve, request)) };
    }),
    Transfer: serveRpc(options, async (request, rpc) => {
      const { amount, direction, ...ask } = parse(transfer, request);
      const way = direction === 'DIRECTION_FROM_WALLET' ? 'from_wallet' : 'to_wallet';
      return { transfer_id: await moveFunds(deps, callOf(rpc), { ...ask, ...minorOf(amount), way }) };
    }),
  };
  return { definition: florin.payments.v1.Wallets.service, handlers };

  function callOf({ actor, traceparent }: RpcContext): ServiceCall {
    if (actor.service === undefined) throw fault('PERMISSION_DENIED', 'This RPC is not open to this caller.');
    return { service: actor.service, user_id: personOf(actor), now: now(), traceparent };
  }
}

/** @throws Fault INVALID_ARGUMENT */
function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidArgument(parsed.error.issues, schema);
  return parsed.data;
}

function minorOf({ amount, currency }: z.output<typeof money>) {
  return parseAmount(amount, currency);
}
