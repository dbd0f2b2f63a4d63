import type { ReplicaBus } from '../../nats/replica-bus.js';

/** Tells when a person has decided. */
export interface Decisions {
  /** Resolves when they have, after `timeout_ms`, or when the caller has gone; which of them has to be asked. */
  wait(approval_id: string, timeout_ms: number, signal: AbortSignal): Promise<void>;
}

const EVENTS = 'florin.identity.approval.*.v1';

/** Hears of decisions by identity's events. An event prompts: what was decided is asked of the service again. */
export function createDecisions(bus: ReplicaBus): Decisions {
  /** By approval. Bounded by the calls under way. */
  const waiting = new Map<string, Set<() => void>>();
  bus.onEvents(EVENTS, (event) => {
    const { data } = event as { data?: { approval_id?: unknown } };
    if (typeof data?.approval_id !== 'string') return;
    for (const wake of waiting.get(data.approval_id) ?? []) wake();
  });

  return {
    wait(approval_id, timeout_ms, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const those = waiting.get(approval_id) ?? new Set();
        waiting.set(approval_id, those);
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          those.delete(done);
          if (those.size === 0 && waiting.get(approval_id) === those) waiting.delete(approval_id);
          resolve();
        };
        const timer = setTimeout(done, timeout_ms);
        signal.addEventListener('abort', done, { once: true });
        those.add(done);
      });
    },
  };
}
