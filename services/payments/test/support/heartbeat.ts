import { randomUUID } from 'node:crypto';
import { createLogger, createNatsLink, REVOCATIONS_SUBJECT } from '@florin/chassis';

const EVERY_MS = 250;

export interface TestNats {
  publish(subject: string, json: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** Identity's heartbeat, without which no money moves; and a way to say other things on NATS. */
export async function startHeartbeat(nats_url: string): Promise<TestNats> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const nats = createNatsLink({ url: nats_url, name: 'heartbeat', logger });
  const publisher = randomUUID();
  let sequence = 0;
  const connection = await nats.connection();
  const beat = () => {
    sequence += 1;
    connection.publish(REVOCATIONS_SUBJECT, JSON.stringify({ publisher, sequence, revocations: [] }));
  };
  beat();
  const timer = setInterval(beat, EVERY_MS);
  return {
    async publish(subject, json) {
      connection.publish(subject, JSON.stringify(json));
      await connection.flush();
    },
    async stop() {
      clearInterval(timer);
      await nats.close();
    },
  };
}
