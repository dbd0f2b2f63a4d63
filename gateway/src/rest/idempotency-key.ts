import { fault } from '@florin/faults';
import { type ToolEntry, takesKey } from '../mesh/catalogue.js';
import type { JsonObject } from './json-body.js';

const KEY_MAX = 255;

/**
 * The arguments, with the key of the header among them. A tool that changes something and takes no key refuses the header:
 * who sends one counts on its being heeded, and repeats.
 *
 * @param header the value of `Idempotency-Key`, where it was sent
 * @throws Fault INVALID_ARGUMENT
 */
export function withIdempotencyKey(
  entry: ToolEntry,
  args: JsonObject,
  header: string | undefined,
): JsonObject {
  if (header === undefined) return args;
  const idempotency_key = parseKey(header);
  if (!takesKey(entry)) {
    if (entry.tool.annotations?.readOnlyHint === true) return args;
    throw fault(
      'INVALID_ARGUMENT',
      `${entry.tool.name} takes no Idempotency-Key: leave it out, and look before you repeat the call.`,
    );
  }
  if (args.idempotency_key !== undefined && args.idempotency_key !== idempotency_key) {
    throw fault('INVALID_ARGUMENT', 'Idempotency-Key and idempotency_key differ. Send one of them.');
  }
  return { ...args, idempotency_key };
}

/**
 * draft-ietf-httpapi-idempotency-key-header, 2.1: "an Item Structured Header. Its value MUST be a String", so in quotes
 * (RFC 8941, section 3.3.3). Most clients send it without them, as Stripe taught them.
 */
function parseKey(header: string): string {
  const [, quoted] = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(header) ?? [];
  const key = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? header;
  const isKey = quoted !== undefined || /^[\x21\x23-\x7e]+$/.test(key);
  if (isKey && key !== '' && key.length <= KEY_MAX) return key;
  throw fault('INVALID_ARGUMENT', `Idempotency-Key must be a text of 1 to ${KEY_MAX} printable characters.`);
}
