import type { Logger } from '@florin/chassis';
import type { SigningKeys } from './signing-keys.js';

/** Well within the time that a new key is published before it signs: see domain/key-schedule.ts. */
const RELOAD_INTERVAL_MS = 60_000;

/** Keys that follow their schedule while the process runs, and what the other processes make of it. */
export interface LiveSigningKeys extends SigningKeys {
  reload(): Promise<void>;
  stop(): void;
}

/** @param load reads the keys, and makes the next one where it is due */
export async function keepSigningKeys(
  load: () => Promise<SigningKeys>,
  logger: Logger,
): Promise<LiveSigningKeys> {
  let keys = await load();
  const names = ({ private_jwks }: SigningKeys) => private_jwks.map(({ kid }) => kid).join(' ');
  async function reload(): Promise<void> {
    const loaded = await load();
    // The same keys stay the same object, since what is derived from them is made anew for another.
    if (names(loaded) !== names(keys)) keys = loaded;
  }
  const timer = setInterval(() => {
    reload().catch((error) => logger.warn({ err: error }, 'signing keys are not reloaded now'));
  }, RELOAD_INTERVAL_MS);
  timer.unref();
  return {
    get current() {
      return keys.current;
    },
    get jwks() {
      return keys.jwks;
    },
    get private_jwks() {
      return keys.private_jwks;
    },
    reload,
    stop: () => clearInterval(timer),
  };
}
