import { type Fault, fault } from '@florin/faults';
import { formatMoney } from '@florin/money';
import type { Refusal } from '../ledger/unit.js';

/**
 * What a refusal of the ledger means to whoever pays. What they could see before was checked before: here it is what another
 * call has changed in the meantime.
 */
export function refusalFault(refusal: Refusal, { currency }: { currency: string }): Fault {
  switch (refusal.reason) {
    case 'INSUFFICIENT_FUNDS':
      return insufficientFunds(refusal.available_minor, currency);
    case 'ACCOUNT_FROZEN':
      return walletFrozen();
    case 'ACCOUNT_CLOSED':
      return walletClosed();
    case 'CURRENCY_MISMATCH':
      return fault('CURRENCY_MISMATCH', `The wallet holds another currency than ${currency}.`);
    case 'SAME_ACCOUNT':
      return sameWallet();
    case 'BALANCE_TOO_LARGE':
      return fault('AMOUNT_TOO_LARGE', 'The wallet cannot hold that much. Send less.');
    case 'UNSCREENED_ALLOWANCE':
      return fault(
        'SCREENING_UNAVAILABLE',
        'Payments cannot be screened right now, and what may be paid without was paid. Nothing was paid: try again later.',
      );
    case 'STALE':
      return fault('CONFLICT', 'This payment is being changed at this moment. Try again.');
    default:
      return fault('INTERNAL', 'The payment could not be booked. Nothing was paid.', {
        cause: new Error(`the ledger refused: ${refusal.reason}`),
      });
  }
}

export function insufficientFunds(available_minor: bigint, currency: string): Fault {
  const available = formatMoney({ amount_minor: available_minor > 0n ? available_minor : 0n, currency });
  return fault(
    'INSUFFICIENT_FUNDS',
    `The wallet has ${available.amount} ${currency} available: pay less, or add money with fund_wallet.`,
    { details: { available } },
  );
}

export function walletFrozen(): Fault {
  return fault(
    'WALLET_FROZEN',
    'The wallet is frozen: it takes money in, and gives none out. Contact support.',
  );
}

export function walletClosed(): Fault {
  return fault('WALLET_CLOSED', 'The wallet is closed. Use another one.');
}

export function sameWallet(): Fault {
  return fault('SAME_WALLET', 'source_id and destination_id are the same wallet: name another destination.');
}
