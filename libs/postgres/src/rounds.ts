import type { Logger } from '@florin/chassis';
import { createPause } from './pause.js';

/** While what it needs is away. */
const FAILED_PAUSE_MS = 2_000;

interface RoundsOptions {
  /**
   * Takes what is due and does it. What is due stands in the database, so a restart forgets nothing and several processes
   * share the work.
   * @returns whether more is likely to be due now
   */
  round(): Promise<boolean>;
  poll_ms: number;
  logger: Logger;
  /** For the log, when a round fails: "erasures wait". */
  waiting: string;
}

export interface Rounds {
  /** Says that something is due. Without it the next round sees it. */
  nudge(): void;
  /** Ends after the round in hand. */
  stop(): Promise<void>;
}

/** Rounds of a worker, one after the other, until it is stopped. */
export function startRounds({ round, poll_ms, logger, waiting }: RoundsOptions): Rounds {
  const pause = createPause();
  let stopping = false;

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        const isMoreLikely = await round();
        if (!isMoreLikely) await pause.for(poll_ms);
      } catch (error) {
        logger.warn({ err: error }, waiting);
        await pause.for(FAILED_PAUSE_MS);
      }
    }
  }

  const running = run();
  return {
    nudge: () => pause.end(),
    async stop() {
      stopping = true;
      pause.end();
      await running;
    },
  };
}
