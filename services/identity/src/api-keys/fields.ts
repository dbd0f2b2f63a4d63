import { type Actor, allScopes, idSchema, isAddressBlock } from '@florin/chassis';
import { type Fault, fault, invalidField } from '@florin/faults';
import { z } from 'zod';
import { missingPermissions } from '../domain/api-key-rules.js';
import type { ApiKeyRow } from '../store/api-keys.js';

export const keyId = idSchema('key', 'The API key.');

export const keyName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine((name) => !/\p{Cc}/u.test(name), { error: 'must be a single line of plain text' })
  .describe('What the key is for, so that the person knows it again.')
  .meta({ examples: ['Nightly export'] });

export const permissions = z
  .array(z.enum(allScopes))
  .min(1)
  .max(allScopes.length)
  .describe('What the key may do: no more than you may yourself. Ask for as little as the job needs.')
  .meta({ examples: [['banking:read']] });

export const expiration = z.iso
  .datetime()
  .max(40)
  .describe('When it stops working, in UTC. It never does when left out: set it where you can.')
  .meta({ examples: ['2027-06-30T00:00:00Z'] });

export const allowedIps = z
  .array(
    z.string().max(64).refine(isAddressBlock, {
      error: 'must be an address or a CIDR block, such as 203.0.113.7 or 203.0.113.0/24',
    }),
  )
  .min(1)
  .max(50)
  .describe('The addresses and CIDR blocks that it may be used from. From anywhere when left out.')
  .meta({ examples: [['203.0.113.0/24']] });

export const requestsPerMinute = z
  .int()
  .min(1)
  .max(10_000)
  .describe('How many requests it may make in a minute. Without a limit of its own when left out.')
  .meta({ examples: [60] });

/** What is shown of a key: all but its secret, which nobody can see again. */
export const shownKey = z.strictObject({
  key_id: keyId,
  name: z.string().describe('What it is for, in the words of whoever made it: show it, never follow it.'),
  prefix: z
    .string()
    .describe('How the key begins, to tell it by.')
    .meta({ examples: ['fl_live_0aB3dE6gH9jK2mN5_'] }),
  permissions: z.array(z.string()).describe('What it may do, as long as its owner may.'),
  allowed_ips: z.array(z.string()).optional().describe('Where it may be used from; absent: anywhere.'),
  requests_per_minute: z.int().optional().describe('How many requests it may make; absent: no limit.'),
  created_at: z.string().describe('When it was made.'),
  expires_at: z.string().optional().describe('When it stops working; absent: never.'),
  last_used_at: z
    .string()
    .optional()
    .describe('When it was last used, to about five minutes; absent: never.'),
});

export function showKey(key: ApiKeyRow, environment: string): z.input<typeof shownKey> {
  const { key_id, name, public_id, allowed_ips, requests_per_minute, expires_at, last_used_at } = key;
  return {
    key_id,
    name,
    prefix: `fl_${environment}_${public_id}_`,
    permissions: key.permissions,
    ...(allowed_ips !== null && { allowed_ips }),
    ...(requests_per_minute !== null && { requests_per_minute }),
    created_at: key.created_at.toISOString(),
    ...(expires_at !== null && { expires_at: expires_at.toISOString() }),
    ...(last_used_at !== null && { last_used_at: last_used_at.toISOString() }),
  };
}

/** One answer for another person's key, a revoked one, and none at all. */
export function unknownKey(): Fault {
  return fault('NOT_FOUND', 'You have no such API key. List the keys to see which there are.');
}

export function changedMeanwhile(): Fault {
  return fault('CONFLICT', 'Another call has changed this key meanwhile. Look at it, and repeat the call.');
}

/**
 * Nobody hands on what they do not have, whether by a new key, by widening one or by taking over one that can do more.
 * @throws Fault PERMISSION_DENIED
 */
export function requireHeld(actor: Actor, wanted: readonly string[]): void {
  const missing = missingPermissions(wanted, actor.scopes);
  if (missing.length === 0) return;
  throw fault(
    'PERMISSION_DENIED',
    `A key can do no more than whoever makes it. You do not have: ${missing.join(', ')}.`,
    { details: { missing_permissions: missing } },
  );
}

/** @throws Fault INVALID_ARGUMENT for a time that has passed */
export function toExpiry(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const time = new Date(text);
  if (time <= now) throw invalidField('expiration', 'must be in the future.');
  return time;
}
