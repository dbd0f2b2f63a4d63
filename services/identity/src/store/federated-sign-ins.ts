import { createHash } from 'node:crypto';
import { createFieldCipher, type Db, type KeyRing } from '@florin/postgres';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { federated_sign_ins } from './schema-federation.js';

/** Which sign-in: by what only the browser and the provider know, and at which provider. */
export interface SignInName {
  /** OIDC's state, the id of a SAML request, the last part of a link's address. */
  state: string;
  provider: string;
}

interface SignInOfBrowser extends SignInName {
  browser_hash: string;
}

/** Sign-ins elsewhere that are under way. What is kept with one is sealed: it holds nonces and what people are called. */
export interface FederatedSignIns {
  begin(signIn: SignInOfBrowser & { payload: unknown }, span: { now: Date; expires_at: Date }): Promise<void>;
  /** What is kept with it, whatever browser began it; undefined where it has been used or has run out. */
  find(name: SignInName, now: Date): Promise<unknown>;
  /** The same, for the browser that began it and nobody else. */
  findOfBrowser(name: SignInOfBrowser, now: Date): Promise<unknown>;
  /** Keeps an answer with it, once. @returns false where it has one, has been used or has run out */
  answer(name: SignInName, payload: unknown, now: Date): Promise<boolean>;
  /** Uses it up: of all who try, one gets what is kept with it. Another browser's try leaves it as it is. */
  take(name: SignInOfBrowser, now: Date): Promise<unknown>;
}

interface Sealed {
  answered: boolean;
  payload: unknown;
}

export function createFederatedSignIns({ db, ring }: { db: Db; ring: KeyRing }): FederatedSignIns {
  const cipher = createFieldCipher(ring);
  const place = (row: string) => ({ table: 'federated_sign_ins', column: 'payload', row });
  const seal = (row: string, sealed: Sealed) => cipher.seal(place(row), JSON.stringify(sealed));
  const open = (row: string, text: string) => JSON.parse(cipher.open(place(row), text)) as Sealed;

  async function findRow({ state, provider }: SignInName, now: Date) {
    const [row] = await db.select().from(federated_sign_ins).where(isOpen({ state, provider }, now));
    return row;
  }

  return {
    async begin({ state, provider, browser_hash, payload }, { now, expires_at }) {
      const state_hash = hash(state);
      await db.delete(federated_sign_ins).where(lt(federated_sign_ins.expires_at, now));
      await db.insert(federated_sign_ins).values({
        state_hash,
        provider,
        browser_hash,
        payload: seal(state_hash, { answered: false, payload }),
        created_at: now,
        expires_at,
      });
    },

    async find(name, now) {
      const row = await findRow(name, now);
      return row && open(row.state_hash, row.payload).payload;
    },

    async findOfBrowser({ browser_hash, ...name }, now) {
      const row = await findRow(name, now);
      return row?.browser_hash === browser_hash ? open(row.state_hash, row.payload).payload : undefined;
    },

    async answer(name, payload, now) {
      const row = await findRow(name, now);
      if (row === undefined || open(row.state_hash, row.payload).answered) return false;
      const answered = await db
        .update(federated_sign_ins)
        .set({ payload: seal(row.state_hash, { answered: true, payload }) })
        // Only where it still is what was read: of two answers at once the first counts.
        .where(and(isOpen(name, now), eq(federated_sign_ins.payload, row.payload)))
        .returning({ state_hash: federated_sign_ins.state_hash });
      return answered.length === 1;
    },

    async take({ browser_hash, ...name }, now) {
      const [taken] = await db
        .update(federated_sign_ins)
        .set({ used_at: now })
        .where(and(isOpen(name, now), eq(federated_sign_ins.browser_hash, browser_hash)))
        .returning({ state_hash: federated_sign_ins.state_hash, payload: federated_sign_ins.payload });
      return taken && open(taken.state_hash, taken.payload).payload;
    },
  };
}

function isOpen({ state, provider }: SignInName, now: Date) {
  return and(
    eq(federated_sign_ins.state_hash, hash(state)),
    eq(federated_sign_ins.provider, provider),
    isNull(federated_sign_ins.used_at),
    gt(federated_sign_ins.expires_at, now),
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
