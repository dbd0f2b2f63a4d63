import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type BlindIndex, createBlindIndex, type KeyRing } from '@florin/postgres';

/**
 * Where an attempt comes from, as far as it is known. Attempts are counted for account and source together, so that a
 * stranger's failures are the stranger's own.
 */
export type Source =
  /** A browser in which the account's owner has signed in before. */
  | { kind: 'known_browser' }
  /** As the edge sees it. */
  | { kind: 'address'; address: string }
  /** A call through the mesh, which does not say where it began. */
  | { kind: 'unknown' };

/**
 * The longest that an account's own source waits, and the longest that all unknown ones together do. A stranger can make
 * the second one count for the owner as well, so it is short: it slows guessing down to where a password that was
 * accepted here takes decades, and shuts nobody out.
 */
const LONGEST_DELAY_MS = { known_browser: 15 * 60_000, address: 15 * 60_000, unknown: 10_000 } as const;

export interface AttemptSubject {
  subject_hash: string;
  longest_delay_ms: number;
}

/** Names what attempts are counted by, without keeping an address of mail or network in the table. */
export interface AttemptSubjects {
  /** @param account the e-mail address as it was typed, since unknown ones are counted just so */
  ofPassword(account: string, source: Source): AttemptSubject;
  /** Codes are asked for after the right password only: whoever blocks them from elsewhere holds that already. */
  ofCode(user_id: string, source: Source): AttemptSubject;
}

export function createAttemptSubjects(ring: KeyRing): AttemptSubjects {
  const index: BlindIndex = createBlindIndex(ring, 'sign_in_failures.subject_hash');
  return {
    ofPassword: (account, source) => ({
      subject_hash: index.of(JSON.stringify(['password', account, source.kind, addressOf(source)])),
      longest_delay_ms: LONGEST_DELAY_MS[source.kind],
    }),
    ofCode(user_id, source) {
      // Six digits are guessed by many addresses together: they count as one, apart from the owner's own browsers.
      const kind = source.kind === 'known_browser' ? 'known_browser' : 'elsewhere';
      return {
        subject_hash: index.of(JSON.stringify(['code', user_id, kind])),
        longest_delay_ms: LONGEST_DELAY_MS.address,
      };
    },
  };
}

/** Of an IPv6 address its /64, which is what one household has: it could try each time from another one. */
function addressOf(source: Source): string {
  if (source.kind !== 'address') return '';
  const { address } = source;
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...(address.includes('::') ? zeros : []), ...right].slice(0, 4).join(':');
}

/** What a browser keeps as the sign that an account's owner has signed in with it. It opens nothing. */
export interface BrowserMarks {
  /** 32 bytes in base64url. Changes with the password. */
  of(user: { user_id: string; password_hash: string | null }): string;
  fits(mark: string | undefined, user: { user_id: string; password_hash: string | null }): boolean;
}

export function createBrowserMarks(ring: KeyRing): BrowserMarks {
  const index = createBlindIndex(ring, 'sign_in.browser');
  const marks = ({ user_id, password_hash }: { user_id: string; password_hash: string | null }) =>
    index
      .candidates(
        `${user_id} ${createHash('sha256')
          .update(password_hash ?? '')
          .digest('hex')}`,
      )
      .map((candidate) => candidate.slice(candidate.indexOf('.') + 1));
  return {
    of: (user) => marks(user)[0] ?? '',
    fits: (mark, user) => mark !== undefined && marks(user).includes(mark),
  };
}
