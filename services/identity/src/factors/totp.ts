import { fault, invalidField } from '@florin/faults';
import { type Db, type FieldCipher, transaction } from '@florin/postgres';
import { confirmTotp, removeTotp, storeTotpSecret } from '../store/factors.js';
import { findContact } from '../store/users.js';
import { newTotpSecret, totpUri } from './codes.js';
import { type TellParts, tellOfFactor } from './tell.js';

interface When {
  now: Date;
  traceparent?: string;
}

export interface TotpEnrolment {
  /** Base32, to be typed where no QR code can be read. */
  secret: string;
  /** `otpauth://totp/…`, what the QR code says. */
  otpauth_uri: string;
}

/** Authenticator apps (RFC 6238): added, confirmed, removed. The person is told of it by mail. */
export interface TotpFactors {
  /** @throws Fault FAILED_PRECONDITION where there is one */
  enrol(user_id: string, now: Date): Promise<TotpEnrolment>;
  /**
   * @returns the recovery codes, shown this once
   * @throws Fault INVALID_ARGUMENT for a wrong code
   */
  confirm(user_id: string, code: string, when: When): Promise<string[]>;
  /** @throws Fault FAILED_PRECONDITION where there is none */
  remove(user_id: string, when: When): Promise<void>;
}

export function createTotpFactors(parts: TellParts & { db: Db; cipher: FieldCipher }): TotpFactors {
  const { db, cipher } = parts;

  return {
    async enrol(user_id, now) {
      const contact = await findContact(parts, user_id);
      if (contact === undefined) throw fault('NOT_FOUND', 'This account was deleted.');
      const secret = newTotpSecret();
      if (!(await storeTotpSecret(db, cipher, { user_id, secret, now }))) {
        throw fault(
          'FAILED_PRECONDITION',
          'There is an authenticator app already. Remove it with disable_mfa before adding another.',
        );
      }
      return { secret, otpauth_uri: totpUri(secret, contact.email) };
    },
    async confirm(user_id, typed, { now, traceparent }) {
      const codes = await transaction(db, async (tx) => {
        const attempt = { user_id, typed, now, ...(traceparent !== undefined && { traceparent }) };
        const made = await confirmTotp(tx, cipher, attempt);
        if (made !== undefined) await tellOfFactor(tx, parts, user_id, 'added', now);
        return made;
      });
      if (codes !== undefined) return codes;
      throw invalidField(
        'code',
        'is not what the app shows now. Call enroll_mfa first, then send the six digits within their 30 seconds.',
      );
    },
    async remove(user_id, { now }) {
      const removed = await transaction(db, async (tx) => {
        if (!(await removeTotp(tx, user_id))) return false;
        await tellOfFactor(tx, parts, user_id, 'removed', now);
        return true;
      });
      if (!removed) throw fault('FAILED_PRECONDITION', 'There is no authenticator app to remove.');
    },
  };
}
