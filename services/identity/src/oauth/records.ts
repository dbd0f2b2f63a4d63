import { createHash } from 'node:crypto';
import type { Clock } from '@florin/chassis';
import { type Db, type FieldCipher, type Tx, transaction } from '@florin/postgres';
import { and, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { oauth_records } from '../store/schema-oauth.js';

/** Within it a used refresh token is a client that repeats itself, after it a theft: see repeated-refresh.ts. */
const REPEAT_WINDOW_S = 10;
const PRUNE_BATCH = 1_000;

/** What the OAuth library keeps, in the table `oauth_records`. */
export interface OAuthRecords {
  adapter(kind: string): Adapter;
  repeat_window_s: number;
  /** Whether a refresh token was used within the window. */
  wasJustUsed(refresh_token: string): Promise<boolean>;
  /** Keeps a client that registered itself until then; others have no record. */
  keepClient(client_id: string, until: Date): Promise<void>;
  /** Deletes a batch of what has expired. */
  prune(): Promise<void>;
}

interface Parts {
  db: Db;
  cipher: FieldCipher;
  now: Clock;
  /** In the transaction that destroys a grant. */
  onGrantDestroyed(tx: Tx, grant: { user_id: string; grant_id: string }): Promise<void>;
  /** Before a client is kept that registers itself. @throws errors.OIDCProviderError; returns when it is forgotten. */
  admitClient(metadata: AdapterPayload): Date;
}

export function createOAuthRecords(parts: Parts): OAuthRecords {
  const { db, now } = parts;
  return {
    adapter: (kind) => createAdapter(kind, parts),
    repeat_window_s: REPEAT_WINDOW_S,
    async wasJustUsed(refresh_token) {
      const [row] = await db
        .select({ consumed_at: oauth_records.consumed_at })
        .from(oauth_records)
        .where(
          and(eq(oauth_records.kind, 'RefreshToken'), eq(oauth_records.record_hash, hashOf(refresh_token))),
        );
      return isWithinWindow(row?.consumed_at ?? null, now());
    },
    async keepClient(client_id, until) {
      await db
        .update(oauth_records)
        .set({ expires_at: until })
        .where(and(eq(oauth_records.kind, 'Client'), eq(oauth_records.record_hash, hashOf(client_id))));
    },
    async prune() {
      const { kind, record_hash, expires_at } = oauth_records;
      const expired = db
        .select({ kind, record_hash })
        .from(oauth_records)
        .where(lte(expires_at, now()))
        .limit(PRUNE_BATCH);
      await db.delete(oauth_records).where(sql`(${kind}, ${record_hash}) in ${expired}`);
    },
  };
}

function createAdapter(kind: string, parts: Parts): Adapter {
  const { db, cipher, now } = parts;
  const placeOf = (record_hash: string) => ({
    table: 'oauth_records',
    column: 'payload',
    row: `${kind}.${record_hash}`,
  });
  const byId = (id: string) => and(eq(oauth_records.kind, kind), eq(oauth_records.record_hash, hashOf(id)));
  const open = ({ record_hash, payload }: { record_hash: string; payload: string }) =>
    JSON.parse(cipher.open(placeOf(record_hash), payload)) as AdapterPayload;

  async function findWhere(which: ReturnType<typeof eq> | undefined): Promise<AdapterPayload | undefined> {
    const [row] = await db
      .select()
      .from(oauth_records)
      .where(and(which, or(isNull(oauth_records.expires_at), gt(oauth_records.expires_at, now()))));
    if (row === undefined) return undefined;
    const payload = open(row);
    if (row.consumed_at === null) return payload;
    if (kind === 'RefreshToken' && isWithinWindow(row.consumed_at, now())) {
      throw new errors.InvalidGrant('the refresh token was used a moment ago');
    }
    return { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1_000) };
  }

  return {
    async upsert(id, payload, expires_in_s) {
      if (kind === 'Session') return;
      const at = now();
      const expires_at =
        kind === 'Client'
          ? parts.admitClient(payload)
          : expires_in_s === undefined
            ? null
            : new Date(at.getTime() + expires_in_s * 1_000);
      const record_hash = hashOf(id);
      const row = {
        payload: cipher.seal(placeOf(record_hash), JSON.stringify(payload)),
        grant_id: payload.grantId ?? null,
        expires_at,
      };
      await db
        .insert(oauth_records)
        .values({ kind, record_hash, created_at: at, ...row })
        .onConflictDoUpdate({ target: [oauth_records.kind, oauth_records.record_hash], set: row });
    },

    find: (id) => findWhere(byId(id)),
    // The library's own sessions are not kept, see provider.ts; and the device flow, which has user codes, is off.
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,

    /** RFC 9700, section 4.14.2, and RFC 6749, section 4.1.2: a credential is good once, also for two who come at once. */
    async consume(id) {
      const consumed = await db
        .update(oauth_records)
        .set({ consumed_at: now() })
        .where(and(byId(id), isNull(oauth_records.consumed_at)))
        .returning({ record_hash: oauth_records.record_hash });
      if (consumed.length === 0) throw new errors.InvalidGrant('another call has just used it');
    },

    async destroy(id) {
      await transaction(db, async (tx) => {
        const [row] = await tx.delete(oauth_records).where(byId(id)).returning();
        if (kind !== 'Grant' || row === undefined) return;
        const { accountId } = open(row);
        if (accountId !== undefined) await parts.onGrantDestroyed(tx, { user_id: accountId, grant_id: id });
      });
    },

    async revokeByGrantId(grant_id) {
      await db.delete(oauth_records).where(eq(oauth_records.grant_id, grant_id));
    },
  };
}

function isWithinWindow(consumed_at: Date | null, now: Date): boolean {
  return consumed_at !== null && now.getTime() - consumed_at.getTime() <= REPEAT_WINDOW_S * 1_000;
}

/** Ids of codes and tokens are the credentials themselves. They are random, so a hash without salt is enough. */
function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
