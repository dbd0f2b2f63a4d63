import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { isoDate } from '../plaid/bank/days.js';
import { FIREABLE, fireWebhook } from '../plaid/endpoints/sandbox-item.js';
import { PlaidError } from '../plaid/errors.js';
import { accountId } from '../plaid/present.js';
import type { Item } from '../plaid/state.js';
import type { Delivery } from '../plaid/webhooks.js';
import type { World } from '../plaid/world.js';

/** Major units with the cent exactly: 12.34. Plaid's sign: positive is money out. */
const amount = z
  .number()
  .min(-10_000_000)
  .max(10_000_000)
  .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, 'at most two decimals');
const category = z.tuple([z.string().max(100), z.string().max(100)]);

export const newTransaction = z.strictObject({
  account_id: z.string().max(100),
  amount,
  name: z.string().min(1).max(200),
  merchant_name: z.string().min(1).max(200).nullable().default(null),
  /** Plaid's personal finance category: primary, detailed. */
  category: category.default(['GENERAL_MERCHANDISE', 'GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE']),
  /** Today where absent. */
  date: z.iso.date().optional(),
  pending: z.boolean().default(false),
});

export const transactionChanges = z
  .strictObject({
    amount: amount.exactOptional(),
    name: z.string().min(1).max(200).exactOptional(),
    merchant_name: z.string().min(1).max(200).nullable().exactOptional(),
    category: category.exactOptional(),
    date: z.iso.date().exactOptional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'name at least one field to change');

export const webhookRequest = z.strictObject({ webhook_code: z.enum(FIREABLE) });

export interface ItemSummary {
  item_id: string;
  institution: string;
  status: 'connected' | 'login required' | 'removed';
  webhook: string | null;
  accounts: { account_id: string; name: string }[];
  transactions: number;
}

export interface TransactionSummary {
  transaction_id: string;
  account_id: string;
  name: string;
  /** Major units, Plaid's sign. */
  amount: number;
  pending: boolean;
  date: string;
}

/**
 * What a bank, or the person at it, could do to an Item. Every change is announced by SYNC_UPDATES_AVAILABLE as Plaid
 * would. Throws a PlaidError for an unknown item or transaction, a ZodError for bad input.
 */
export class PlaidControl {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  items(): ItemSummary[] {
    return this.#world.state.items.map((item) => ({
      item_id: item.item_id,
      institution: this.#world.institutionOf(item).name,
      status: item.removed_at_ms !== null ? 'removed' : item.login_required ? 'login required' : 'connected',
      webhook: item.webhook,
      accounts: this.#world
        .accountsOf(item)
        .map((account) => ({ account_id: accountId(item, account), name: account.name })),
      transactions: item.removed_at_ms === null ? this.#world.feedOf(item).visible().length : 0,
    }));
  }

  /** The latest transactions of the Item's accounts, newest first. */
  transactions(item_id: string, limit = 100): TransactionSummary[] {
    const item = this.#world.itemById(item_id);
    return this.#world
      .feedOf(item)
      .visible()
      .filter((entry) => item.slots.includes(entry.slot))
      .sort((left, right) => (left.date < right.date ? 1 : left.date > right.date ? -1 : 0))
      .slice(0, limit)
      .map(({ transaction_id, slot, payee, amount_minor, pending, date }) => ({
        transaction_id,
        account_id: accountId(item, { slot }),
        name: payee.name,
        amount: amount_minor / 100,
        pending,
        date,
      }));
  }

  /** The latest webhooks sent, oldest first. */
  webhooks(): readonly Delivery[] {
    return this.#world.options.sender.recent();
  }

  /** Brings the Item into ITEM_LOGIN_REQUIRED and sends ITEM / ERROR. */
  requireLogin(item_id: string): void {
    this.#world.requireLogin(this.#world.itemById(item_id));
    this.#world.save();
  }

  /** Ends ITEM_LOGIN_REQUIRED without the person's doing and sends ITEM / LOGIN_REPAIRED. */
  repairLogin(item_id: string): void {
    const item = this.#world.itemById(item_id);
    item.login_required = false;
    this.#world.notify(item, 'ITEM', 'LOGIN_REPAIRED', {});
    this.#world.save();
  }

  /** Answers the new transaction's id. */
  addTransaction(item_id: string, input: z.input<typeof newTransaction>): string {
    const { account_id, amount: major, date, ...rest } = newTransaction.parse(input, { reportInput: true });
    const item = this.#world.itemById(item_id);
    const account = this.#world.accountsOf(item).find((each) => accountId(item, each) === account_id);
    if (!account) throw new PlaidError('INVALID_ACCOUNT_ID');
    const feed = this.#world.feedOf(item);
    this.#change(item, {
      kind: 'add',
      nonce: randomUUID(),
      slot: account.slot,
      amount_minor: Math.round(major * 100),
      date: date ?? isoDate(this.#world.nowMs()),
      ...rest,
    });
    return feed.log.at(-1)?.transaction_id ?? '';
  }

  modifyTransaction(
    item_id: string,
    transaction_id: string,
    input: z.input<typeof transactionChanges>,
  ): void {
    const { amount: major, date, ...payee } = transactionChanges.parse(input, { reportInput: true });
    const fields = {
      ...(major === undefined ? {} : { amount_minor: Math.round(major * 100) }),
      ...(date === undefined ? {} : { date }),
    };
    const patch = { fields, payee };
    this.#change(this.#world.itemById(item_id), { kind: 'modify', transaction_id, patch });
  }

  removeTransaction(item_id: string, transaction_id: string): void {
    this.#change(this.#world.itemById(item_id), { kind: 'remove', transaction_id });
  }

  /** Posts a pending transaction now: it is removed, and added anew under the id answered. */
  postTransaction(item_id: string, transaction_id: string): string {
    const item = this.#world.itemById(item_id);
    this.#change(item, { kind: 'post', transaction_id, at_ms: this.#world.nowMs() });
    return this.#world.feedOf(item).log.at(-1)?.transaction_id ?? '';
  }

  fireWebhook(item_id: string, webhook_code: (typeof FIREABLE)[number]): void {
    fireWebhook(this.#world, this.#world.itemById(item_id), webhook_code);
    this.#world.save();
  }

  /** Lets every Item ask its bank what is new, as happens by itself once a minute. */
  pollAll(): void {
    this.#world.pollAll();
  }

  #change(item: Item, entry: Parameters<World['record']>[1]): void {
    if (this.#world.record(item, entry)) this.#world.announce(item);
    this.#world.save();
  }
}
