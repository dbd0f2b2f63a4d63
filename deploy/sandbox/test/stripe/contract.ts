import { readFileSync } from 'node:fs';

/** One example of each of Stripe's objects, beside the repository; not part of it. */
export const FIXTURES = new URL('../../../../../shared/contracts/stripe/fixtures3.json', import.meta.url);

type Json = Record<string, unknown>;

/** Maps whose keys are the caller's, or whose content depends on what is shown. */
const OPEN = new Set(['metadata', 'payment_method_options', 'capabilities', 'data']);

/** By `object`. */
export function loadFixtures(): Record<string, Json> {
  const { resources } = JSON.parse(readFileSync(FIXTURES, 'utf8')) as { resources: Record<string, Json> };
  return resources;
}

/**
 * Where an object of ours is not like the example: a key that is absent or of another type. Null says nothing of a
 * type on either side. Empty where all is well.
 */
export function differences(example: Json, ours: Json, absent: ReadonlySet<string>, path = ''): string[] {
  return Object.entries(example).flatMap(([key, wanted]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (!(key in ours)) return absent.has(at) ? [] : [`${at} is absent`];
    const given = ours[key];
    if (wanted === null || given === null || OPEN.has(key)) return [];
    const [left, right] = [typeOf(wanted), typeOf(given)];
    if (left !== right) return [`${at} is ${right} and not ${left}`];
    return left === 'object' ? differences(wanted as Json, given as Json, absent, at) : [];
  });
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
