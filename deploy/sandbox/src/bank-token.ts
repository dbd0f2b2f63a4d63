import { createHash } from 'node:crypto';

/** What Plaid tells Stripe of an account, out of sight of both their clients. Here it travels in the token itself. */
export interface BankTokenParts {
  last4: string;
  /** The same for the same account at the bank. */
  owner: string;
  /** Tokens are used once: no two are alike. */
  nonce: string;
}

const FINGERPRINT_LENGTH = 16;

/** `btok_linked6789_<the account's fingerprint>_<nonce>` */
export function bankToken({ last4, owner, nonce }: BankTokenParts): string {
  const fingerprint = createHash('sha256').update(owner).digest('hex').slice(0, FINGERPRINT_LENGTH);
  return `btok_linked${last4}_${fingerprint}_${nonce.slice(0, FINGERPRINT_LENGTH)}`;
}

/** @returns undefined for a token that was not made here */
export function readBankToken(token: string): { last4: string; fingerprint: string } | undefined {
  const [, last4, fingerprint] = /^btok_linked(\d{4})_([0-9a-f]{16})_\w{1,64}$/.exec(token) ?? [];
  return last4 === undefined || fingerprint === undefined ? undefined : { last4, fingerprint };
}
