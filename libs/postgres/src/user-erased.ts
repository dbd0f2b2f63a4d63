import type { Clock, ServiceTokens } from '@florin/chassis';
import { Fault } from '@florin/faults';
import type { EventOf } from '@florin/proto/events';
import type { Tx } from './database.js';
import { requestErasure } from './erasures.js';

/**
 * Somebody has deleted their account: what the service has of them is to go. The event only prompts; identity is asked
 * whether there is still such a person, since what is erased by mistake cannot be had back.
 */
export function userErased({ tokens, now }: { tokens: ServiceTokens; now: Clock }) {
  return async (tx: Tx, { data }: EventOf<'florin.identity.user.erased.v1'>): Promise<void> => {
    if (await isActive(tokens, data.user_id)) {
      throw new Error('an event says that a person was erased whom identity knows as active');
    }
    await requestErasure(data.user_id, tx, now());
  };
}

/** Identity gives nobody a token for who is not there. @throws Fault UNAVAILABLE while it does not answer */
async function isActive(tokens: ServiceTokens, user_id: string): Promise<boolean> {
  try {
    await tokens.get(user_id);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.reason === 'NOT_FOUND') return false;
    throw error;
  }
}
