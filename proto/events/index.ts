export { sequenceText } from './envelope.js';
export {
  createEvent,
  type EventData,
  type EventOf,
  type EventType,
  eventSchema,
  events,
  isEventType,
  type NewEvent,
  readEvent,
} from './events.js';
