import { isIP } from 'node:net';
import { type Db, transaction } from '@florin/postgres';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import type { Challenges } from '../sign-in/challenges.js';
import { addPasskey, findPasskey, listPasskeys, removePasskey, usePasskey } from '../store/passkeys.js';
import { type TellParts, tellOfFactor } from './tell.js';

/** What a page hands to the browser, and gets back with its answer. */
export interface PasskeyRequest {
  /** For the browser: `PublicKeyCredential…OptionsJSON` of WebAuthn level 3. */
  options: object;
  /** Ours, sealed: it brings the challenge back. */
  challenge: string;
}

/** Passkeys (WebAuthn): the device checks the person, so that one of them is two factors. */
export interface Passkeys {
  /** False at an address without a name, where browsers have none: a passkey belongs to a domain. */
  available: boolean;
  requestSignIn(now: Date): Promise<PasskeyRequest>;
  /** @returns whose passkey it is and how it was kept; undefined where it is none, or the challenge is not good (any more) */
  signIn(challenge: string, answer: string, now: Date): Promise<PasskeyOwner | undefined>;
  requestRegistration(person: PasskeyPerson, now: Date): Promise<PasskeyRequest>;
  /** @returns the person's recovery codes where these are new; undefined where the answer is not right */
  register(
    registration: { user_id: string; challenge: string; answer: string; name: string },
    now: Date,
  ): Promise<{ recovery_codes?: string[] } | undefined>;
  /** Does nothing where the person has no such passkey. */
  remove(user_id: string, credential_id: string, now: Date): Promise<void>;
}

export interface PasskeyOwner {
  user_id: string;
  /** RFC 8176. */
  authentication_methods: string[];
}

interface PasskeyPerson {
  user_id: string;
  email: string;
  full_name: string;
}

/** As much of an answer as is used before the library has checked all of it. */
const answered = z.object({ id: z.string().max(2_048), response: z.object({}).loose() }).loose();

/** At the first passkey, not at the start: most starts see none. */
const webauthn = () => import('@simplewebauthn/server');

export function createPasskeys(parts: TellParts & { db: Db; challenges: Challenges }): Passkeys {
  const { db, challenges } = parts;
  const { origin: expectedOrigin, hostname } = new URL(parts.issuer);
  const available = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
  const expected = (expectedChallenge: string) => ({
    expectedChallenge,
    expectedOrigin,
    expectedRPID: hostname,
    requireUserVerification: true,
  });

  return {
    available,

    async requestSignIn(now) {
      const { generateAuthenticationOptions } = await webauthn();
      const options = await generateAuthenticationOptions({ rpID: hostname, userVerification: 'required' });
      const about = { challenge: options.challenge };
      return { options, challenge: challenges.issue('passkey_sign_in', about, now) };
    },

    async signIn(challenge, answer, now) {
      const open = challenges.open('passkey_sign_in', challenge, now);
      const given = read<AuthenticationResponseJSON>(answer);
      const passkey = given && (await findPasskey(db, given.id));
      if (open?.about.challenge === undefined || given === undefined || passkey === undefined)
        return undefined;
      const { verifyAuthenticationResponse } = await webauthn();
      const { user_id, credential } = passkey;
      const checked = await verifyAuthenticationResponse({
        ...expected(open.about.challenge),
        response: given,
        credential,
      }).catch(() => undefined);
      if (!checked?.verified) return undefined;
      const { newCounter, credentialDeviceType } = checked.authenticationInfo;
      const used = await transaction(db, async (tx) => {
        if (!(await challenges.spend(tx, open, now))) return false;
        return usePasskey(tx, user_id, credential.id, { counter: newCounter, now });
      });
      if (!used) return undefined;
      // RFC 8176: "hwk", a key that cannot leave its device; "swk", one that is copied between them.
      const kept = credentialDeviceType === 'singleDevice' ? 'hwk' : 'swk';
      return { user_id, authentication_methods: [kept, 'user', 'mfa'] };
    },

    async requestRegistration({ user_id, email, full_name }, now) {
      const { generateRegistrationOptions } = await webauthn();
      const options = await generateRegistrationOptions({
        rpName: 'Florin',
        rpID: hostname,
        userID: new TextEncoder().encode(user_id),
        userName: email,
        userDisplayName: full_name,
        excludeCredentials: (await listPasskeys(db, user_id)).map(({ credential_id: id, transports }) => ({
          id,
          transports,
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      const about = { challenge: options.challenge, user_id };
      return { options, challenge: challenges.issue('passkey_registration', about, now) };
    },

    async register({ user_id, challenge, answer, name }, now) {
      const open = challenges.open('passkey_registration', challenge, now);
      const given = read<RegistrationResponseJSON>(answer);
      const wanted = open?.about.user_id === user_id ? open.about.challenge : undefined;
      if (open === undefined || wanted === undefined || given === undefined) return undefined;
      const { verifyRegistrationResponse } = await webauthn();
      const checked = await verifyRegistrationResponse({ ...expected(wanted), response: given }).catch(
        () => undefined,
      );
      if (!checked?.verified) return undefined;
      const { credential } = checked.registrationInfo;
      return transaction(db, async (tx) => {
        if (!(await challenges.spend(tx, open, now))) return undefined;
        const added = await addPasskey(tx, { user_id, credential, name, now });
        if (added !== undefined) await tellOfFactor(tx, parts, user_id, 'added', now);
        return added;
      });
    },

    remove(user_id, credential_id, now) {
      return transaction(db, async (tx) => {
        const removed = await removePasskey(tx, user_id, credential_id);
        if (removed) await tellOfFactor(tx, parts, user_id, 'removed', now);
      });
    },
  };
}

/** The library checks every field that it reads; what is no such object at all ends here. */
function read<Answer>(text: string): Answer | undefined {
  try {
    return answered.parse(JSON.parse(text)) as Answer;
  } catch {
    return undefined;
  }
}
