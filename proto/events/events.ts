import { z } from 'zod';
import { bankingEvents } from './banking.js';
import { envelopeFields, sequenceText } from './envelope.js';
import { identityEvents } from './identity.js';
import { paymentsEvents } from './payments.js';

/**
 * Every event of the mesh: its type, which is also its NATS subject, and the schema of its data. Ids only, no personal
 * data. Objects are open: a reader drops what a newer writer added, and a writer cannot send what no schema names.
 */
export const events = { ...identityEvents, ...bankingEvents, ...paymentsEvents };

export type EventType = keyof typeof events;
export type EventData<T extends EventType> = z.output<(typeof events)[T]>;

/** A CloudEvent of type T. Over EventType it is a union that `type` discriminates. */
export type EventOf<T extends EventType = EventType> = {
  [Type in T]: z.output<z.ZodObject<typeof envelopeFields>> & {
    type: Type;
    source: string;
    data: EventData<Type>;
  };
}[T];

export interface NewEvent<T extends EventType> {
  /** `evt_…` */
  id: string;
  type: T;
  /** The id of the aggregate that changed. */
  subject: string;
  /** The aggregate's counter: 1 for its first event. */
  sequence: bigint;
  time: Date;
  /** W3C Trace Context of what causes the event. */
  traceparent?: string | undefined;
  /** URIs of resources that read differently from now on. */
  resources?: readonly string[] | undefined;
  data: EventData<T>;
}

/**
 * The CloudEvent to write into the outbox. Fields that the schema of the data does not name are dropped.
 * @throws ZodError where the data or an attribute breaks the schema: a programmer's error
 */
export function createEvent<T extends EventType>(event: NewEvent<T>): EventOf<T> {
  return eventSchema(event.type).parse({
    ...event,
    specversion: '1.0',
    source: sourceOf(event.type),
    time: event.time.toISOString(),
    datacontenttype: 'application/json',
    sequence: sequenceText(event.sequence),
    resources: event.resources?.join(' '),
  }) as EventOf<T>;
}

/**
 * Reads a CloudEvent that arrived. A type that this build does not know gives undefined: a newer service may publish it.
 * @throws ZodError where a known event breaks its schema; repeating the delivery does not help
 */
export function readEvent(json: unknown): EventOf | undefined {
  const { type } = z.object({ type: z.string() }).parse(json);
  return isEventType(type) ? (eventSchema(type).parse(json) as EventOf) : undefined;
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(events, type);
}

/** The schema of the whole event, envelope and data. */
export function eventSchema(type: EventType) {
  const schema = schemas.get(type);
  if (!schema) throw new Error(`no event ${type}`);
  return schema;
}

const schemas = new Map(
  (Object.keys(events) as EventType[]).map((type) => [
    type,
    z
      .object({
        ...envelopeFields,
        type: z.literal(type),
        source: z.literal(sourceOf(type)),
        data: events[type],
      })
      .meta({ title: type, description: events[type].meta()?.description ?? '' }),
  ]),
);

function sourceOf(type: EventType): string {
  return `//florin/${type.split('.')[1]}`;
}
