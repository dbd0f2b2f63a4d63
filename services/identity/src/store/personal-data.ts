import { createBlindIndex, createFieldCipher, type KeyRing } from '@florin/postgres';
import { normalizeEmail } from '../domain/email.js';

type PersonalColumn = 'email' | 'full_name';

/** Keeps what identifies a person unreadable in the table, and an e-mail address findable all the same. */
export interface PersonalData {
  /** Bound to the person and the column: moved to another row, it does not open. */
  seal(user_id: string, column: PersonalColumn, text: string): string;
  open(user_id: string, column: PersonalColumn, sealed: string): string;
  /** What is stored to find an address by. */
  emailIndex(email: string): string;
  /** What an address may be stored under, while keys are being rotated. */
  emailCandidates(email: string): string[];
}

export function createPersonalData(ring: KeyRing): PersonalData {
  const cipher = createFieldCipher(ring);
  const index = createBlindIndex(ring, 'users.email');
  const place = (row: string, column: PersonalColumn) => ({ table: 'users', column, row });
  return {
    seal: (user_id, column, text) => cipher.seal(place(user_id, column), text),
    open: (user_id, column, sealed) => cipher.open(place(user_id, column), sealed),
    emailIndex: (email) => index.of(normalizeEmail(email)),
    emailCandidates: (email) => index.candidates(normalizeEmail(email)),
  };
}
