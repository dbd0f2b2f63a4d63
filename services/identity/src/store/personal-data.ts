import { fault } from '@florin/faults';
import {
  createBlindIndex,
  createFieldCipher,
  type FieldCipher,
  type KeyRing,
  type Queryable,
} from '@florin/postgres';
import { normalizeEmail } from '../domain/email.js';
import { createPersonKeys, PERSON_KEY_ID } from './person-keys.js';

export const personalColumns = ['email', 'full_name', 'phone', 'address'] as const;
export type PersonalColumn = (typeof personalColumns)[number];

/** Reads and writes what identifies one person. */
export interface PersonCipher {
  /** Bound to the person and the column: moved to another row, it does not open. */
  seal(column: PersonalColumn, text: string): string;
  open(column: PersonalColumn, sealed: string): string;
}

/** Keeps what identifies a person unreadable in the table, and an e-mail address findable all the same. */
export interface PersonalData {
  /**
   * By the person's own key, which is made where there is none yet. Not to be kept longer than a call: an erasure
   * destroys the key in the table alone.
   * @throws Fault NOT_FOUND once the person was erased
   */
  of(db: Queryable, user_id: string): Promise<PersonCipher>;
  /** What is stored to find an address by. */
  emailIndex(email: string): string;
  /** What an address may be stored under, while keys are being rotated. */
  emailCandidates(email: string): string[];
}

export function createPersonalData(ring: KeyRing): PersonalData {
  const byRing = createFieldCipher(ring);
  const personKeys = createPersonKeys(byRing);
  const index = createBlindIndex(ring, 'users.email');
  return {
    async of(db, user_id) {
      const own = await personKeys.of(db, user_id);
      if (own === undefined) throw fault('NOT_FOUND', 'This account was deleted.');
      return personCipher(user_id, own, byRing);
    },
    emailIndex: (email) => index.of(normalizeEmail(email)),
    emailCandidates: (email) => index.candidates(normalizeEmail(email)),
  };
}

function personCipher(user_id: string, own: FieldCipher, byRing: FieldCipher): PersonCipher {
  const place = (column: PersonalColumn) => ({ table: 'users', column, row: user_id });
  return {
    seal: (column, text) => own.seal(place(column), text),
    // Rows from before there were personal keys are under the ring, until they are written again or keys are rotated.
    open: (column, sealed) => (isUnderPersonKey(sealed) ? own : byRing).open(place(column), sealed),
  };
}

export function isUnderPersonKey(sealed: string): boolean {
  return sealed.startsWith(`v1.${PERSON_KEY_ID}.`);
}
