import { readBankToken } from '../../bank-token.js';
import { invalid } from '../errors.js';
import { type TestBank, tokenBank } from '../test-methods.js';
import type { World } from '../world.js';

/** The bank account that a token stands for. "Tokens can only be used once"; Stripe's own for tests as often as wanted. */
export function bankNamed(world: World, token: string, param: string): TestBank {
  const bank = tokenBank(token);
  if (!bank) throw invalid(`No such token: '${token}'`, { code: 'resource_missing', param });
  const used = [...world.store.newest('payment_method'), ...world.store.newest('bank_account')];
  if (readBankToken(token) && used.some(({ hidden }) => hidden.token === token)) {
    throw invalid(`You cannot use a Stripe token more than once: ${token}.`, {
      code: 'token_already_used',
      param,
    });
  }
  return bank;
}
