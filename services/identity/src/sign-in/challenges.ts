import { randomUUID } from 'node:crypto';
import { createFieldCipher, type KeyRing, type Queryable } from '@florin/postgres';
import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { used_challenges } from '../store/schema-accounts.js';

/** What a challenge is good for: one of another kind does not open. */
type ChallengeKind = 'second_factor' | 'passkey_sign_in' | 'passkey_registration';

const CHALLENGE_LIFETIME_MS = 5 * 60_000;

/**
 * What is handed to somebody in the middle of a sign-in, to be brought back within five minutes. It is sealed: whoever
 * holds it reads nothing in it, changes nothing, and makes none. Nothing is kept until it has been answered.
 */
export interface Challenges {
  issue(kind: ChallengeKind, about: Record<string, string>, now: Date): string;
  /** @returns undefined where it is none of ours, of another kind, or out of date */
  open(kind: ChallengeKind, challenge: string, now: Date): OpenChallenge | undefined;
  /** Uses it up. @returns false where it was before: of those who answer one at once, one goes on */
  spend(db: Queryable, challenge: OpenChallenge, now: Date): Promise<boolean>;
}

const sealed = z.object({
  challenge_id: z.string(),
  expires_at_ms: z.number(),
  about: z.record(z.string(), z.string()),
});

export type OpenChallenge = Pick<z.infer<typeof sealed>, 'challenge_id' | 'about'>;

export function createChallenges(ring: KeyRing): Challenges {
  const cipher = createFieldCipher(ring);
  const place = (kind: ChallengeKind) => ({ table: 'challenges', column: kind, row: 'any' });
  return {
    issue(kind, about, now) {
      const expires_at_ms = now.getTime() + CHALLENGE_LIFETIME_MS;
      return cipher.seal(place(kind), JSON.stringify({ challenge_id: randomUUID(), expires_at_ms, about }));
    },
    open(kind, challenge, now) {
      try {
        const { expires_at_ms, ...open } = sealed.parse(JSON.parse(cipher.open(place(kind), challenge)));
        return now.getTime() < expires_at_ms ? open : undefined;
      } catch {
        return undefined;
      }
    },
    // By the id inside: base64 writes the same bytes in more ways than one, so the text is no name for it.
    async spend(db, { challenge_id }, now) {
      const spent = await db
        .insert(used_challenges)
        .values({ challenge_id, used_at: now })
        .onConflictDoNothing()
        .returning({ used_at: used_challenges.used_at });
      return spent.length === 1;
    },
  };
}

/** Those that nobody could answer again in any case. */
export async function pruneChallenges(db: Queryable, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 2 * CHALLENGE_LIFETIME_MS);
  await db.delete(used_challenges).where(lt(used_challenges.used_at, before));
}
