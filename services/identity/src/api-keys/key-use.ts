import type { Clock, Logger } from '@florin/chassis';
import type { Db } from '@florin/postgres';
import { noteKeysUsed } from '../store/api-keys.js';

/** Remembers which keys are used, and writes it down together: a write for each call would cost more than the call. */
export interface KeyUse {
  note(key_id: string): void;
  /** Writes what is still to be written. */
  stop(): Promise<void>;
}

const WRITE_EVERY_MS = 60_000;
const MAX_WAITING = 10_000;

export function createKeyUse({ db, now, logger }: { db: Db; now: Clock; logger: Logger }): KeyUse {
  const waiting = new Set<string>();

  async function write(): Promise<void> {
    const used = [...waiting];
    waiting.clear();
    if (used.length === 0) return;
    try {
      await noteKeysUsed(db, used, now());
    } catch (error) {
      logger.warn({ err: error }, 'when keys were last used could not be written');
    }
  }

  const timer = setInterval(write, WRITE_EVERY_MS).unref();
  return {
    note(key_id) {
      if (waiting.size < MAX_WAITING) waiting.add(key_id);
    },
    async stop() {
      clearInterval(timer);
      await write();
    },
  };
}
