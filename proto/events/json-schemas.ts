import { z } from 'zod';
import { type EventType, eventSchema, events } from './events.js';

/** The files of proto/events/schemas, for readers in other languages: name to contents. */
export function jsonSchemaFiles(): Map<string, string> {
  return new Map(
    (Object.keys(events) as EventType[]).map((type) => {
      // Of what is read: a reader must expect fields that a newer writer adds.
      const { $schema, ...schema } = z.toJSONSchema(eventSchema(type), { io: 'input' });
      const file = { $schema, $id: `urn:florin:event:${type}`, ...schema };
      return [`${type}.json`, `${JSON.stringify(file, null, 2)}\n`];
    }),
  );
}
