import { z } from 'zod';
import { readStateFile, writeStateFile } from '../state-file.js';

const slot = z.enum(['checking', 'savings', 'credit', 'euro']);
const category = z.tuple([z.string(), z.string()]);

const transactionPatch = z.strictObject({
  fields: z.strictObject({
    amount_minor: z.number().int().exactOptional(),
    date: z.string().exactOptional(),
  }),
  payee: z.strictObject({
    name: z.string().exactOptional(),
    merchant_name: z.string().nullable().exactOptional(),
    category: category.exactOptional(),
  }),
});

/** What happened to an Item's transactions, in order. Replayed, it gives the Item's feed again. */
const journalEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('advance'), at_ms: z.number(), since_date: z.string() }),
  z.strictObject({
    kind: z.literal('add'),
    nonce: z.string(),
    slot,
    amount_minor: z.number().int(),
    name: z.string(),
    merchant_name: z.string().nullable(),
    category,
    date: z.string(),
    pending: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('modify'), transaction_id: z.string(), patch: transactionPatch }),
  z.strictObject({ kind: z.literal('remove'), transaction_id: z.string() }),
  z.strictObject({ kind: z.literal('post'), transaction_id: z.string(), at_ms: z.number() }),
]);

const item = z.strictObject({
  item_id: z.string(),
  access_token: z.string(),
  client_id: z.string(),
  institution_id: z.string(),
  /** Whose life is shown: the institution and how many Items it had before. */
  person_key: z.string(),
  created_at_ms: z.number(),
  removed_at_ms: z.number().nullable(),
  webhook: z.string().nullable(),
  slots: z.array(slot),
  days_requested: z.number().int(),
  login_required: z.boolean(),
  /** Plaid sends SYNC_UPDATES_AVAILABLE only once /transactions/sync has been called. */
  sync_called: z.boolean(),
  last_webhook: z.strictObject({ sent_at_ms: z.number(), code_sent: z.string() }).nullable(),
  journal: z.array(journalEntry),
});

const linkSession = z.strictObject({
  link_session_id: z.string(),
  started_at_ms: z.number(),
  finished_at_ms: z.number().nullable(),
  institution_id: z.string(),
  person_key: z.string(),
  public_token: z.string().nullable(),
  item_id: z.string().nullable(),
});

const linkToken = z.strictObject({
  link_token: z.string(),
  client_id: z.string(),
  created_at_ms: z.number(),
  expires_at_ms: z.number(),
  client_name: z.string(),
  language: z.string(),
  country_codes: z.array(z.string()),
  products: z.array(z.string()),
  webhook: z.string().nullable(),
  redirect_uri: z.string().nullable(),
  completion_redirect_uri: z.string().nullable(),
  hosted: z.boolean(),
  days_requested: z.number().int(),
  /** Update mode: the Item whose login is to be repaired. */
  update_item_id: z.string().nullable(),
  session: linkSession.nullable(),
});

const publicToken = z.strictObject({
  public_token: z.string(),
  item_id: z.string(),
  client_id: z.string(),
  expires_at_ms: z.number(),
});

const signingKey = z.strictObject({
  kid: z.string(),
  created_at_ms: z.number(),
  private_jwk: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
});

const plaidState = z.strictObject({
  version: z.literal(1),
  signing_key: signingKey,
  /** How many people have signed in at each institution. */
  people: z.record(z.string(), z.number().int()),
  items: z.array(item),
  link_tokens: z.array(linkToken),
  public_tokens: z.array(publicToken),
});

export type PlaidState = z.infer<typeof plaidState>;
export type Item = z.infer<typeof item>;
export type JournalEntry = z.infer<typeof journalEntry>;
export type TransactionPatch = z.infer<typeof transactionPatch>;
export type LinkToken = z.infer<typeof linkToken>;
export type LinkSession = z.infer<typeof linkSession>;
export type SigningKey = z.infer<typeof signingKey>;

const FILE = 'plaid.json';

/** What an earlier run left in `data_dir`, or undefined where there is nothing. Throws where it cannot be understood. */
export function readState(data_dir: string): PlaidState | undefined {
  return readStateFile(data_dir, FILE, plaidState);
}

/** `json` is a PlaidState. */
export function writeState(data_dir: string, json: string): void {
  writeStateFile(data_dir, FILE, json);
}
