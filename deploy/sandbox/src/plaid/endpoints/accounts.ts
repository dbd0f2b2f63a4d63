import { z } from 'zod';
import { accessToken, defineEndpoint } from '../endpoint.js';
import { PlaidError } from '../errors.js';
import { accountId, presentAccount, presentItem } from '../present.js';
import type { Item } from '../state.js';
import type { World } from '../world.js';

const account_ids = z.array(z.string().max(100)).max(100).optional();

/** The accounts last seen. */
export const accountsGet = defineEndpoint({
  path: '/accounts/get',
  input: { access_token: accessToken, options: z.strictObject({ account_ids }).optional() },
  run({ access_token, options }, { world, client_id }) {
    return answer(world, world.connectedItemOf(client_id, access_token), options?.account_ids);
  },
});

/** The same, after asking the bank: what is new is announced, as with any other look at the bank. */
export const accountsBalanceGet = defineEndpoint({
  path: '/accounts/balance/get',
  input: {
    access_token: accessToken,
    options: z
      .strictObject({ account_ids, min_last_updated_datetime: z.iso.datetime().optional() })
      .optional(),
  },
  run({ access_token, options }, { world, client_id }) {
    const item = world.connectedItemOf(client_id, access_token);
    world.poll(item);
    return answer(world, item, options?.account_ids);
  },
});

function answer(world: World, item: Item, account_ids: readonly string[] | undefined) {
  const held = world.accountsOf(item);
  const wanted = account_ids ? held.filter((each) => account_ids.includes(accountId(item, each))) : held;
  if (account_ids && wanted.length < new Set(account_ids).size) throw new PlaidError('INVALID_ACCOUNT_ID');
  return {
    accounts: wanted.map((account) => presentAccount(world, item, account)),
    item: presentItem(world, item),
  };
}
