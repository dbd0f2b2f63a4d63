import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import { type CryptoKey, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { BankData } from '../providers/bank-data.js';

/** @throws Fault UNAUTHENTICATED for what the provider did not send; others where its keys cannot be had right now */
export type VerifyWebhook = (token: string | undefined, body: Buffer) => Promise<void>;

/** "Reject the webhook if it is more than 5 minutes old" (Plaid, webhook verification). */
const MAX_AGE_S = 300;
/** How far ahead of ours the provider's clock may be. */
const MAX_SKEW_S = 30;
/** A key that expires is refused after at most this time. */
const KEY_LIFETIME_MS = 10 * 60_000;
const MAX_KEYS = 16;
/** Anybody can send key ids that nobody knows: each costs a question to the provider, so there is a limit to them. */
const MAX_LOOKUPS_PER_MINUTE = 30;
const MAX_UNKNOWN_KEYS = 1_000;

const headerSchema = z.object({ alg: z.literal('ES256'), kid: z.string().regex(/^[\w-]{1,64}$/) });
const claimsSchema = z.object({ iat: z.number(), request_body_sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Verifies webhooks as https://plaid.com/docs/api/webhooks/webhook-verification/ says. */
export function createWebhookVerifier({ bank, now }: { bank: BankData; now: Clock }): VerifyWebhook {
  const findKey = createKeyCache(bank, now);
  return async (token, body) => {
    if (token === undefined) throw refused('no Plaid-Verification header');
    const { header, claims } = readUnverified(token);
    // Cheap checks first: who cannot even get these right makes us ask nobody for a key.
    const age_s = now().getTime() / 1_000 - claims.iat;
    if (age_s > MAX_AGE_S || age_s < -MAX_SKEW_S) throw refused(`issued ${Math.round(age_s)} s ago`);
    const key = await findKey(header.kid);
    if (key === undefined) throw refused('an unknown or expired key');
    await verifySignature(token, key, now());
    const expected = createHash('sha256').update(body).digest();
    if (!timingSafeEqual(expected, Buffer.from(claims.request_body_sha256, 'hex'))) {
      throw refused('another body than was signed');
    }
  };
}

function readUnverified(token: string) {
  try {
    return {
      // "If the value of alg is not ES256, reject the webhook": before anything is done with the key.
      header: headerSchema.parse(decodeProtectedHeader(token)),
      claims: claimsSchema.parse(decodeJwt(token)),
    };
  } catch (error) {
    throw refused(error);
  }
}

async function verifySignature(token: string, key: CryptoKey | Uint8Array, now: Date): Promise<void> {
  try {
    await jwtVerify(token, key, { algorithms: ['ES256'], currentDate: now, clockTolerance: MAX_SKEW_S });
  } catch (error) {
    throw refused(error);
  }
}

function createKeyCache(bank: BankData, now: Clock) {
  const keys = new LRUCache<string, { key: CryptoKey | Uint8Array; until_ms: number }>({ max: MAX_KEYS });
  const unknown = new LRUCache<string, number>({ max: MAX_UNKNOWN_KEYS });
  let minute = 0;
  let lookups = 0;

  function countLookup(now_ms: number): void {
    const present = Math.floor(now_ms / 60_000);
    if (present !== minute) lookups = 0;
    minute = present;
    lookups++;
    if (lookups > MAX_LOOKUPS_PER_MINUTE) {
      throw fault('RATE_LIMITED', 'Too many webhooks with unknown keys. Send it again later.');
    }
  }

  return async (kid: string): Promise<CryptoKey | Uint8Array | undefined> => {
    const now_ms = now().getTime();
    const known = keys.get(kid);
    if (known !== undefined && now_ms < known.until_ms) return known.key;
    if (now_ms < (unknown.get(kid) ?? 0)) return undefined;
    countLookup(now_ms);
    const found = await bank.getWebhookKey(kid);
    if (found === undefined || found.expired) {
      keys.delete(kid);
      unknown.set(kid, now_ms + 60_000);
      return undefined;
    }
    const key = await importJWK(found.jwk, 'ES256');
    keys.set(kid, { key, until_ms: now_ms + KEY_LIFETIME_MS });
    return key;
  };
}

/** Says nothing of which check failed: only who forges would learn from it. */
function refused(cause: unknown): Fault {
  return fault('UNAUTHENTICATED', 'This webhook is not signed as the provider signs them.', { cause });
}
