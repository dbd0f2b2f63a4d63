import type Stripe from 'stripe';
import { invalid, type StripeRefusal } from '../errors.js';
import { idOf, newStripeId } from '../ids.js';
import type { Row } from '../store.js';
import type { World } from '../world.js';
import { balanceOf, book } from './book.js';

/** Moves what is available from the platform to a connected account, at once. */
export function transfer(
  world: World,
  given: Pick<
    Stripe.Transfer,
    'amount' | 'currency' | 'description' | 'metadata' | 'source_transaction' | 'transfer_group'
  > & {
    destination: Row<'account'>;
  },
): Row<'transfer'> {
  const { destination, amount, currency } = given;
  if (destination.object.capabilities?.transfers !== 'active') {
    throw invalid(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
  // "Tied to a charge", it is paid by that, available or not.
  if (given.source_transaction === null) checkFunds(world, null, amount, currency);
  const id = newStripeId('tr');
  const destination_payment = newStripeId('py');
  const made: Stripe.Transfer = {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0,
    balance_transaction: null,
    created: world.now(),
    currency,
    description: given.description,
    destination: destination.id,
    destination_payment,
    livemode: false,
    metadata: given.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: given.source_transaction,
    source_type: 'card',
    transfer_group: given.transfer_group,
  };
  const row = world.store.insert('transfer', made, null);
  const balance_transaction = book(world, {
    account: null,
    amount: -amount,
    currency,
    type: 'transfer',
    reporting_category: 'transfer',
    source: id,
    description: given.description,
  });
  book(world, {
    account: destination.id,
    amount,
    currency,
    type: 'payment',
    reporting_category: 'charge',
    source: null,
    description: destination_payment,
  });
  world.store.change(row, { balance_transaction });
  world.emit('transfer.created', row);
  return row;
}

/** Takes it back, or a part of it: never more than was sent, nor than the account has. */
export function reverseTransfer(
  world: World,
  row: Row<'transfer'>,
  wanted: number | undefined,
  metadata: Record<string, string>,
): Row<'transfer_reversal'> {
  const { object } = row;
  const left = object.amount - object.amount_reversed;
  const amount = wanted ?? left;
  if (amount < 1 || amount > left) {
    throw invalid(`Transfer ${row.id} has only ${left} ${object.currency} left to reverse.`, {
      code: left === 0 ? 'transfer_already_reversed' : 'parameter_invalid_integer',
      param: 'amount',
    });
  }
  const account = idOf(object.destination);
  checkFunds(world, account, amount, object.currency);
  const id = newStripeId('trr');
  const shared = { currency: object.currency, source: id };
  const balance_transaction = book(world, {
    ...shared,
    account: null,
    amount,
    type: 'transfer_refund',
    reporting_category: 'transfer_reversal',
  });
  book(world, { ...shared, account, amount: -amount, type: 'payment_refund', reporting_category: 'refund' });
  const made: Stripe.TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction,
    created: world.now(),
    currency: object.currency,
    destination_payment_refund: null,
    metadata,
    source_refund: null,
    transfer: row.id,
  };
  const reversal = world.store.insert('transfer_reversal', made, null);
  const amount_reversed = object.amount_reversed + amount;
  world.change(row, 'transfer.reversed', {
    amount_reversed,
    reversed: amount_reversed === object.amount,
    reversals: { ...object.reversals, data: [made, ...object.reversals.data] },
  });
  return reversal;
}

/** Refuses to spend what is not available. */
export function checkFunds(world: World, account: string | null, amount: number, currency: string): void {
  const { available } = balanceOf(world, account);
  if ((available[currency] ?? 0) < amount) throw insufficient();
}

function insufficient(): StripeRefusal {
  return invalid(
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance',
    { code: 'balance_insufficient' },
  );
}
