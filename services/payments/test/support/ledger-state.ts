import { absorb, applyUnit, emptyState, type LedgerState } from '../../src/domain/ledger/apply.js';
import type { Account, Command } from '../../src/domain/ledger/ledger.js';

function account(over: Partial<Account> & { account_id: string }): Account {
  return {
    currency: 'USD',
    normal_side: 'credit',
    min_available_minor: 0n,
    status: 'open',
    debits_posted_minor: 0n,
    credits_posted_minor: 0n,
    debits_pending_minor: 0n,
    credits_pending_minor: 0n,
    ...over,
  };
}

/** `bank` has no limit; `a` and `b` are wallets, `a` holding 100. */
export function given(...commands: Command[]): LedgerState {
  const state = emptyState();
  for (const one of [
    account({ account_id: 'bank', normal_side: 'debit', min_available_minor: null }),
    account({ account_id: 'a', credits_posted_minor: 100n }),
    account({ account_id: 'b' }),
    account({ account_id: 'yen', currency: 'JPY' }),
    account({ account_id: 'frozen', status: 'frozen', credits_posted_minor: 50n }),
    account({ account_id: 'closed', status: 'closed' }),
  ]) {
    state.accounts.set(one.account_id, one);
  }
  for (const command of commands) {
    const applied = applyUnit(state, [command]);
    if ('refusal' in applied) throw new Error(applied.refusal.reason);
    absorb(state, applied);
  }
  return state;
}
