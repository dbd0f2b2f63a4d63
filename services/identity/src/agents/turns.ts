/** Runs the work of one key one after the other, and that of different keys beside each other. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Those who spend for one agent wait for its row's lock anyway. Waiting here they hold no connection meanwhile: otherwise
 * one busy agent would keep everybody else from the database.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
