import {
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';

const DAY_MS = 24 * 3_600_000;

/** The stream of a domain's events: FLORIN_BANKING. */
export function streamOf(domain: string): string {
  return `FLORIN_${domain.toUpperCase()}`;
}

const common = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  max_age: nanos(30 * DAY_MS),
  // What is published again within this time under the same Nats-Msg-Id is stored once.
  duplicate_window: nanos(5 * 60_000),
};

/** Where events go that a consumer can never handle. The subject ends in the consumer's name and the event's type. */
export const DEAD_LETTER_STREAM = 'FLORIN_DEAD_LETTER';
export const DEAD_LETTER_SUBJECT = 'florin_dead_letter';

export function domainStream(domain: string): Partial<StreamConfig> & { name: string } {
  return { ...common, name: streamOf(domain), subjects: [`florin.${domain}.>`] };
}

export const deadLetterStream = {
  ...common,
  name: DEAD_LETTER_STREAM,
  subjects: [`${DEAD_LETTER_SUBJECT}.>`],
};

// JSStreamNameExistErr in nats-server's errors.json.
const NAME_IN_USE_WITH_OTHER_CONFIG = 10058;

/** Creates the stream, or changes what is there to what is wanted. */
export async function ensureStream(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<void> {
  try {
    await manager.streams.add(wanted);
  } catch (error) {
    // An older version of ours made it.
    if (!(error instanceof JetStreamApiError) || error.code !== NAME_IN_USE_WITH_OTHER_CONFIG) throw error;
    await manager.streams.update(wanted.name, wanted);
  }
}
