/** A wait that can be cut short. One waits at a time. */
export interface Pause {
  for(ms: number): Promise<void>;
  /** Ends the present wait, or the next one at once where nobody waits now. */
  end(): void;
}

export function createPause(): Pause {
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    async for(ms) {
      if (!ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      ended = false;
      wake = undefined;
    },
    end() {
      if (wake === undefined) ended = true;
      else wake();
    },
  };
}
