import type { Clock } from '@florin/chassis';
import { type Fault, fault } from '@florin/faults';
import type { People } from '../people.js';

/** So many addresses may lead to nobody before one person's are looked up no more: a typing error takes two or three. */
const MOST_MISSES = 20;
const WINDOW_MS = 3_600_000;
/** Of so many people misses are counted at once; the one whose hour began first is forgotten for the next. */
const MOST_PEOPLE = 10_000;

/** Finds payees by e-mail, for whoever pays. */
export interface PayeeLookup {
  /**
   * @returns undefined where nobody can be paid under that address
   * @throws Fault RATE_LIMITED, UNAVAILABLE
   */
  find(user_id: string, email: string): Promise<string | undefined>;
}

/**
 * A payee has to be found by their address, so whoever pays learns that they are here. That serves no list of addresses: each
 * process tells one person so many misses an hour, and nothing more then, of whoever it is asked.
 */
export function createPayeeLookup(people: Pick<People, 'findByEmail'>, now: Clock): PayeeLookup {
  const missed = new Map<string, { times: number; until_ms: number }>();

  function missesOf(user_id: string) {
    const counted = missed.get(user_id);
    if (counted !== undefined && counted.until_ms > now().getTime()) return counted;
    missed.delete(user_id);
    return undefined;
  }

  function refuseTooMany(user_id: string): void {
    const counted = missesOf(user_id);
    if (counted !== undefined && counted.times > MOST_MISSES) throw tooMany();
  }

  function countMiss(user_id: string): void {
    const counted = missesOf(user_id) ?? { times: 0, until_ms: now().getTime() + WINDOW_MS };
    counted.times += 1;
    missed.set(user_id, counted);
    if (missed.size <= MOST_PEOPLE) return;
    for (const first of missed.keys()) return void missed.delete(first);
  }

  return {
    async find(user_id, email) {
      refuseTooMany(user_id);
      const found = await people.findByEmail(email);
      if (found === undefined) countMiss(user_id);
      // Once more: those that were asked at once are told no more than those that were asked one by one.
      refuseTooMany(user_id);
      return found;
    },
  };
}

function tooMany(): Fault {
  return fault(
    'RATE_LIMITED',
    'Too many e-mail addresses led to nobody. Pay by wallet id, or ask the person for the right address and wait an hour.',
  );
}
