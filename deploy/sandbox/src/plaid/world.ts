import { randomUUID } from 'node:crypto';
import { newPlaidId } from './bank/ids.js';
import { type AccountKind, type Institution, institutionById, type Slot } from './bank/institutions.js';
import { PlaidError } from './errors.js';
import { ItemFeed, sinceDate } from './feed.js';
import { type Item, type JournalEntry, type PlaidState, writeState } from './state.js';
import type { Webhook, WebhookSender } from './webhooks.js';

const MINUTE_MS = 60_000;
const PUBLIC_TOKEN_LIFE_MS = 30 * MINUTE_MS;
const KEPT_AFTER_EXPIRY_MS = 24 * 60 * MINUTE_MS;
const INITIAL_DAYS = 30;
const NOTHING_YET = '9999-12-31';

export interface WorldOptions {
  state: PlaidState;
  seed: string;
  now: () => Date;
  data_dir: string | undefined;
  sender: WebhookSender;
  /** How long after an Item is made its last 30 days, and all of its history, are there. */
  initial_update_ms: number;
  historical_update_ms: number;
}

export interface NewItem {
  client_id: string;
  institution: Institution;
  person_key: string;
  slots: readonly Slot[];
  webhook: string | null;
  days_requested: number;
}

export type UpdateStatus = 'NOT_READY' | 'INITIAL_UPDATE_COMPLETE' | 'HISTORICAL_UPDATE_COMPLETE';

/** The Items the stand-in knows, what their banks show, and who is told of changes. */
export class World {
  readonly state: PlaidState;
  readonly #feeds = new Map<string, ItemFeed>();
  #saved = '';

  constructor(readonly options: WorldOptions) {
    this.state = options.state;
  }

  nowMs(): number {
    return this.options.now().getTime();
  }

  /** The next person to sign in at this bank. */
  nextPerson(institution_id: string): string {
    const count = (this.state.people[institution_id] ?? 0) + 1;
    this.state.people[institution_id] = count;
    return `${institution_id}/${count}`;
  }

  createItem({ client_id, institution, person_key, slots, webhook, days_requested }: NewItem): Item {
    const item: Item = {
      item_id: newPlaidId(),
      access_token: `access-sandbox-${randomUUID()}`,
      client_id,
      institution_id: institution.institution_id,
      person_key,
      created_at_ms: this.nowMs(),
      removed_at_ms: null,
      webhook,
      slots: [...slots],
      days_requested,
      login_required: false,
      sync_called: false,
      last_webhook: null,
      journal: [],
    };
    this.state.items.push(item);
    this.feedOf(item);
    return item;
  }

  issuePublicToken({ item_id, client_id }: Item): string {
    const public_token = `public-sandbox-${randomUUID()}`;
    const expires_at_ms = this.nowMs() + PUBLIC_TOKEN_LIFE_MS;
    this.state.public_tokens.push({ public_token, item_id, client_id, expires_at_ms });
    return public_token;
  }

  /** Spends a public token: it works once, for 30 minutes, for the client it was made for. */
  spendPublicToken(client_id: string, public_token: string): Item {
    const index = this.state.public_tokens.findIndex(
      (each) => each.public_token === public_token && each.client_id === client_id,
    );
    const found = this.state.public_tokens[index];
    if (!found) throw new PlaidError('INVALID_PUBLIC_TOKEN');
    if (found.expires_at_ms <= this.nowMs()) {
      throw new PlaidError(
        'INVALID_PUBLIC_TOKEN',
        'provided public token is expired. Public tokens expire 30 minutes after creation at which point they can no longer be exchanged',
      );
    }
    this.state.public_tokens.splice(index, 1);
    return this.itemById(found.item_id);
  }

  itemById(item_id: string): Item {
    const item = this.state.items.find((each) => each.item_id === item_id);
    if (!item) throw new PlaidError('ITEM_NOT_FOUND');
    return item;
  }

  /** The Item behind an access token, whatever state it is in. */
  itemOf(client_id: string, access_token: string): Item {
    const item = this.state.items.find((each) => each.access_token === access_token);
    if (!item || item.client_id !== client_id) throw new PlaidError('INVALID_ACCESS_TOKEN');
    if (item.removed_at_ms !== null) throw new PlaidError('ITEM_NOT_FOUND');
    return item;
  }

  /** The Item behind an access token, if its bank can be reached: throws ITEM_LOGIN_REQUIRED otherwise. */
  connectedItemOf(client_id: string, access_token: string): Item {
    const item = this.itemOf(client_id, access_token);
    if (item.login_required) throw new PlaidError('ITEM_LOGIN_REQUIRED');
    return item;
  }

  /** From now on its access token answers ITEM_NOT_FOUND. */
  removeItem(item: Item): void {
    item.removed_at_ms = this.nowMs();
    this.#feeds.delete(item.item_id);
  }

  feedOf(item: Item): ItemFeed {
    const known = this.#feeds.get(item.item_id);
    if (known) return known;
    const feed = new ItemFeed(item, this.institutionOf(item), this.options.seed);
    this.#feeds.set(item.item_id, feed);
    this.refresh(item);
    return feed;
  }

  institutionOf(item: Item): Institution {
    const institution = institutionById(item.institution_id);
    if (!institution) throw new PlaidError('INVALID_INSTITUTION');
    return institution;
  }

  accountsOf(item: Item): AccountKind[] {
    return this.institutionOf(item).accounts.filter((account) => item.slots.includes(account.slot));
  }

  updateStatus(item: Item): UpdateStatus {
    const age_ms = this.nowMs() - item.created_at_ms;
    if (age_ms < this.options.initial_update_ms) return 'NOT_READY';
    if (age_ms < this.options.historical_update_ms) return 'INITIAL_UPDATE_COMPLETE';
    return 'HISTORICAL_UPDATE_COMPLETE';
  }

  /** Asks the bank what is new. True where a client that syncs would see a change. */
  refresh(item: Item): boolean {
    return this.record(item, { kind: 'advance', at_ms: this.nowMs(), since_date: this.#sinceDate(item) });
  }

  /** Asks the bank what is new and tells the Item's webhook of it, as Plaid's own polling does. */
  poll(item: Item): void {
    if (!item.login_required && this.refresh(item)) this.announce(item);
  }

  pollAll(): void {
    for (const item of this.state.items) if (item.removed_at_ms === null) this.poll(item);
    this.save();
  }

  /** Carries out a journal entry, and keeps it where it changed what a client sees. */
  record(item: Item, entry: JournalEntry): boolean {
    const feed = this.feedOf(item);
    const before = feed.log.length;
    feed.apply(entry);
    const changed = feed.log.length > before;
    if (changed) item.journal.push(entry);
    return changed;
  }

  /**
   * "Note that to receive this webhook for an Item, /transactions/sync must have been called at least once on
   * that Item." (Plaid, SYNC_UPDATES_AVAILABLE)
   */
  announce(item: Item): void {
    if (item.sync_called)
      this.notify(item, 'TRANSACTIONS', 'SYNC_UPDATES_AVAILABLE', this.updatesComplete(item));
  }

  updatesComplete(item: Item) {
    const status = this.updateStatus(item);
    return {
      initial_update_complete: status !== 'NOT_READY',
      historical_update_complete: status === 'HISTORICAL_UPDATE_COMPLETE',
    };
  }

  /** Sends a webhook about an Item; false where it has none to send to. */
  notify(
    item: Item,
    webhook_type: 'TRANSACTIONS' | 'ITEM',
    webhook_code: string,
    fields: Record<string, unknown>,
  ): boolean {
    if (item.webhook === null) return false;
    item.last_webhook = { sent_at_ms: this.nowMs(), code_sent: webhook_code };
    const { item_id } = item;
    this.send(item.webhook, { webhook_type, webhook_code, item_id, ...fields, environment: 'sandbox' });
    return true;
  }

  send(url: string, body: Webhook): void {
    this.options.sender.send(url, body);
  }

  requireLogin(item: Item): void {
    item.login_required = true;
    const error = new PlaidError('ITEM_LOGIN_REQUIRED').toItemError();
    this.notify(item, 'ITEM', 'ERROR', { error });
  }

  /** Makes what changed survive a restart. Called before a change is answered. */
  save(): void {
    const oldest_ms = this.nowMs() - KEPT_AFTER_EXPIRY_MS;
    this.state.public_tokens = this.state.public_tokens.filter((each) => each.expires_at_ms > oldest_ms);
    this.state.link_tokens = this.state.link_tokens.filter((each) => each.expires_at_ms > oldest_ms);
    if (this.options.data_dir === undefined) return;
    const json = JSON.stringify(this.state);
    if (json === this.#saved) return;
    writeState(this.options.data_dir, json);
    this.#saved = json;
  }

  #sinceDate(item: Item): string {
    switch (this.updateStatus(item)) {
      case 'NOT_READY':
        return NOTHING_YET;
      case 'INITIAL_UPDATE_COMPLETE':
        return sinceDate(item.created_at_ms, Math.min(INITIAL_DAYS, item.days_requested));
      case 'HISTORICAL_UPDATE_COMPLETE':
        return sinceDate(item.created_at_ms, item.days_requested);
    }
  }
}
