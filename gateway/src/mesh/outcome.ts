import { type Fault, fault } from '@florin/faults';
import type { MeshCall } from './call.js';

/** A call was cut off after the service may have seen it. What only reads has no outcome that matters. */
export function cutOff(call: MeshCall, service: string): Fault {
  if (call.read_only) return unavailable(service);
  return outcomeUnknown(call, `The connection to ${service} was lost after the call was sent`);
}

/** The deadline passed without an answer. */
export function timedOut(call: MeshCall, service: string, timeout_ms: number): Fault {
  const waited = `${service} did not answer within ${Math.round(timeout_ms / 1_000)} s`;
  if (call.read_only) {
    return fault('DEADLINE_EXCEEDED', `${waited}. Try again, or ask for less.`, { details: { service } });
  }
  return outcomeUnknown(call, waited);
}

/** The service answered, with something that cannot be shown. */
export function unreadable(call: MeshCall, service: string, cause: unknown): Fault {
  const told = `${service} answered with something that cannot be read`;
  if (!call.read_only) return outcomeUnknown(call, told, cause);
  return fault('INTERNAL', `${told}. Report the request_id if it happens again.`, {
    details: { service },
    cause,
  });
}

/** The service answered with more than a client, and its model, could take. */
export function tooMuch(call: MeshCall, service: string, bytes: number): Fault {
  const told = `${service} answered with ${Math.ceil(bytes / 1_024)} KiB, more than is passed on`;
  if (!call.read_only) return outcomeUnknown(call, told);
  return fault('INTERNAL', `${told}. Ask for less, and report the request_id if it happens again.`, {
    details: { service },
  });
}

export function unavailable(service: string): Fault {
  return fault('UNAVAILABLE', `${service} cannot be reached right now. Try again in a few seconds.`, {
    details: { service },
  });
}

export function busy(service: string): Fault {
  return fault('RESOURCE_EXHAUSTED', `${service} has too many calls at once. Try again in a moment.`, {
    details: { service },
  });
}

function outcomeUnknown(call: MeshCall, what: string, cause?: unknown): Fault {
  const next = call.keyed
    ? 'Repeat the call with the same idempotency_key: it is not done twice, and tells what came of it.'
    : 'Look it up (list or get what it would have changed) before you repeat it, or it may be done twice.';
  return fault('OUTCOME_UNKNOWN', `${what}: it is not known whether it took effect. ${next}`, { cause });
}
