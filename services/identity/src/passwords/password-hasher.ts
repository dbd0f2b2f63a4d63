import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { createBoundedQueue } from './bounded-queue.js';

export interface PasswordHasher {
  /** @throws Fault RESOURCE_EXHAUSTED, as all of these */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. Without a hash (an unknown user) it is never right, and it takes as
   * long to say so: who is registered must not be read from the clock.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether the hash was made with weaker parameters than today's. */
  isOutdated(hash: string): boolean;
}

/** OWASP Password Storage Cheat Sheet: "Use Argon2id with a minimum configuration of 19 MiB of memory, an iteration count of 2, and 1 degree of parallelism." */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing runs on libuv's pool of four threads, which DNS and files need as well: one is always left to them. */
const limits = { running: Math.min(availableParallelism(), 3), waiting: 128 };

export async function createPasswordHasher(): Promise<PasswordHasher> {
  const queue = createBoundedQueue(limits);
  const decoy = await hash(randomBytes(32), parameters);
  return {
    hash: (password) => queue.run(() => hash(canonical(password), parameters)),
    async verify(known, password) {
      const matches = await queue.run(() => verify(known ?? decoy, canonical(password)));
      return matches && known !== undefined;
    },
    isOutdated(known) {
      const { memoryCost, timeCost, parallelism } = parseOptions(known);
      return (
        memoryCost !== parameters.memoryCost ||
        timeCost !== parameters.timeCost ||
        parallelism !== parameters.parallelism
      );
    },
  };
}

/**
 * NIST SP 800-63B, section 3.1.1.2: the verifier "SHOULD apply the normalization process for stabilized strings using
 * either the NFKC or NFKD normalization", or the same keys pressed on another system are another password.
 */
function canonical(password: string): string {
  return password.normalize('NFKC');
}
