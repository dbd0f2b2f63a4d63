import { type Actor, userIdSchema } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import { z } from 'zod';

export const userParams = z.strictObject({ user_id: userIdSchema });

/**
 * Whose profile is meant. An admin sees everybody's, with a token that was granted `admin`: the role alone is not enough,
 * or every client of an admin, however little it was granted, could read them all.
 */
export function visibleUser(actor: Actor, requested: string): string {
  if (requested === 'me' || requested === actor.user_id) return actor.user_id;
  if (actor.scopes.has('admin')) return requested;
  throw unknownUser();
}

/** One answer for somebody else's id and for one that was never issued. */
export function unknownUser(): Fault {
  return fault('NOT_FOUND', 'There is no such user among those you may see. Use "me" for yourself.');
}
