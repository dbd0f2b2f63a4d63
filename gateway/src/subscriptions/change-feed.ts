import type { ReplicaBus } from '../nats/replica-bus.js';
import { changedResources } from './changed-resources.js';

/** A lost connection to NATS is not back before a quarter of a second. */
const LOOK_EVERY_MS = 100;

export interface ChangeFeed {
  start(): void;
  stop(): void;
}

interface FeedListener {
  changed(keys: readonly string[]): void;
  /** NATS was away: what was said meanwhile is not said again to those who listen without a stream of their own. */
  mayHaveMissed(): void;
}

/** Listens to the events of all services, while anybody wants to know: reading them costs something. */
export function createChangeFeed(
  bus: Pick<ReplicaBus, 'onEvents' | 'connected'>,
  listener: FeedListener,
): ChangeFeed {
  let running: { end(): void } | undefined;
  return {
    start() {
      if (running !== undefined) return;
      let connected = bus.connected;
      const look = setInterval(() => {
        if (bus.connected && !connected) listener.mayHaveMissed();
        connected = bus.connected;
      }, LOOK_EVERY_MS).unref();
      const ignore = bus.onEvents('florin.>', (event) => {
        const keys = changedResources(event);
        if (keys.length > 0) listener.changed(keys);
      });
      running = {
        end() {
          clearInterval(look);
          ignore();
        },
      };
    },
    stop() {
      running?.end();
      running = undefined;
    },
  };
}
