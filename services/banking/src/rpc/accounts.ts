import {
  type Clock,
  type Context,
  type Logger,
  type RpcContext,
  type RpcService,
  type RpcSupport,
  serveRpc,
} from '@florin/chassis';
import { invalidArgument } from '@florin/faults';
import { type AccountsHandlers, florin } from '@florin/proto';
import type { z } from 'zod';
import type { BankingDeps } from '../deps.js';
import { createProviderToken } from '../links/create-provider-token.js';
import { accountId, personOf, toAccount } from '../operations/fields.js';
import { getBalance } from '../operations/get-balance.js';
import { listAccounts } from '../operations/list-accounts.js';
import { findAccount, noSuchAccount } from '../store/accounts.js';

const callers = ['payments', 'investing', 'fraud'];

interface Parts {
  deps: BankingDeps;
  now: Clock;
  logger: Logger;
}

/** florin.banking.v1.Accounts: what operations do, for other services, on behalf of a person. */
export function accountsRpc(parts: Parts, support: RpcSupport): RpcService {
  const options = { callers, ...support };
  const handlers: AccountsHandlers = {
    GetAccount: serveRpc(options, async (request, { actor }) => {
      const account_id = parse(accountId, request.account_id);
      const found = await findAccount(personOf(actor), parts.deps.db, account_id);
      if (found === undefined) throw noSuchAccount();
      return { account: toAccount(found) };
    }),
    ListAccounts: serveRpc(options, async ({ page_size, page_token }, rpc) => {
      const input = parse(listAccounts.input, {
        ...(page_size !== 0 && { page_size }),
        ...(page_token !== '' && { page_token }),
      });
      const { accounts, next_page_token = '' } = await listAccounts.run(input, toContext(parts, rpc));
      return { accounts, next_page_token };
    }),
    GetBalance: serveRpc(options, async (request, rpc) => {
      const input = parse(getBalance.input, { account_id: request.account_id });
      const {
        current = null,
        available = null,
        ...balance
      } = await getBalance.run(input, toContext(parts, rpc));
      return { ...balance, current, available };
    }),
    CreateProviderToken: serveRpc({ ...options, callers: ['payments'] }, async (request, { actor }) => {
      const account_id = parse(accountId, request.account_id);
      return { bank_token: await createProviderToken(parts.deps, personOf(actor), account_id) };
    }),
  };
  return { definition: florin.banking.v1.Accounts.service, handlers };
}

/** @throws Fault INVALID_ARGUMENT */
function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidArgument(parsed.error.issues, schema);
  return parsed.data;
}

function toContext({ deps, now, logger }: Parts, rpc: RpcContext): Context<BankingDeps> {
  const { actor, request_id, traceparent } = rpc;
  return {
    actor,
    deps,
    now: now(),
    request_id,
    traceparent,
    signal: new AbortController().signal,
    logger: logger.child({ request_id }),
    progress() {},
  };
}
