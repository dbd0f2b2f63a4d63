import type { Tx } from '@florin/postgres';
import { secondFactorLetter } from '../mail/letters.js';
import type { AccountMail } from '../sign-in/account-mail.js';
import type { PersonalData } from '../store/personal-data.js';
import { findContact } from '../store/users.js';

export interface TellParts {
  personalData: PersonalData;
  accountMail: Pick<AccountMail, 'notify'>;
  /** Identity's public URL. */
  issuer: string;
}

/** Mails the person that a factor came or went: whoever did it in their place is found out. */
export async function tellOfFactor(
  tx: Tx,
  { personalData, accountMail, issuer }: TellParts,
  user_id: string,
  change: 'added' | 'removed',
  now: Date,
): Promise<void> {
  const contact = await findContact({ db: tx, personalData }, user_id);
  const letter = secondFactorLetter(change, new URL('/account/security', issuer).href);
  if (contact !== undefined) await accountMail.notify(tx, contact, letter, now);
}
