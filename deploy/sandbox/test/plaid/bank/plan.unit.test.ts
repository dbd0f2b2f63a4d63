import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../../src/plaid/bank/days.js';
import { INSTITUTIONS, type Institution } from '../../../src/plaid/bank/institutions.js';
import { planActivity } from '../../../src/plaid/bank/plan.js';

const today = dayOf(Date.UTC(2026, 2, 15));
const twoYears = { first_day: today - 730, last_day: today };
const harbor = INSTITUTIONS[0] as Institution;
const anyone = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 8 }),
  key: fc.string({ minLength: 1, maxLength: 8 }),
  institution: fc.constantFrom(...INSTITUTIONS),
});

function planFor(person: { seed: string; key: string; institution: Institution }, days = twoYears) {
  return planActivity({ ...person, ...days });
}

describe('two years of a person', () => {
  it('are the same for the same seed and person', () => {
    fc.assert(
      fc.property(anyone, (person) => {
        expect(planFor(person)).toEqual(planFor(person));
      }),
      { numRuns: 20 },
    );
  });

  it('are only added to as the clock goes on', () => {
    fc.assert(
      fc.property(anyone, fc.integer({ min: 1, max: 120 }), (person, later) => {
        const before = planFor(person);
        const after = planFor(person, { ...twoYears, last_day: today + later });
        expect(after.slice(0, before.length)).toEqual(before);
        expect(after.length).toBeGreaterThan(before.length);
      }),
      { numRuns: 20 },
    );
  });

  it('never overdraw an account, nor exceed the credit limit', () => {
    fc.assert(
      fc.property(anyone, (person) => {
        const balances = new Map(person.institution.accounts.map((each) => [each.slot, each.opening_minor]));
        const limit = person.institution.accounts.find((each) => each.slot === 'credit')?.limit_minor ?? 0;
        const posted = planFor(person).sort((left, right) => left.posted_at_ms - right.posted_at_ms);
        for (const { slot, amount_minor } of posted) {
          const balance = (balances.get(slot) ?? 0) + (slot === 'credit' ? amount_minor : -amount_minor);
          balances.set(slot, balance);
          if (slot === 'credit') expect(balance).toBeLessThanOrEqual(limit);
          else expect(balance).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('give every movement a key of its own', () => {
    const keys = planFor({ seed: 'florin', key: 'ada', institution: harbor }).map((each) => each.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('differ from person to person', () => {
    const [ada, ben] = ['ada', 'ben'].map((key) => planFor({ seed: 'florin', key, institution: harbor }));
    expect(ada).not.toEqual(ben);
  });

  it('hold salary every 14 days, rent every month, a price rise, refunds and card payments', () => {
    const plan = planFor({ seed: 'florin', key: 'ada', institution: harbor });
    const of = (label: string) => plan.filter((each) => each.key.split('/')[1] === label);

    const paydays = of('salary').map((each) => dayOf(each.posted_at_ms));
    expect(paydays.length).toBeGreaterThanOrEqual(52);
    for (const [index, day] of paydays.slice(1).entries()) expect(day - (paydays[index] ?? 0)).toBe(14);
    expect(of('salary').every((each) => each.amount_minor < 0)).toBe(true);

    expect(of('rent')).toHaveLength(24);
    const video = of('video').map((each) => each.amount_minor);
    expect([...new Set(video)]).toEqual([1_199, 1_399]);

    const refunds = of('refund');
    expect(refunds.length).toBeGreaterThan(2);
    for (const refund of refunds) {
      const order = plan.find((each) => each.key === `${refund.key.split('/')[2]}/shopping`);
      expect(refund.amount_minor).toBe(-(order?.amount_minor ?? 0));
      expect(refund.posted_at_ms).toBeGreaterThan(order?.posted_at_ms ?? Number.POSITIVE_INFINITY);
    }
    const sent = of('card-payment').filter((each) => each.slot === 'checking');
    const received = of('card-payment').filter((each) => each.slot === 'credit');
    expect(sent.map((each) => each.amount_minor)).toEqual(received.map((each) => -each.amount_minor));
  });
});
