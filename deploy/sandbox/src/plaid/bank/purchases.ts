import type { CalendarDay } from './days.js';
import type { Slot } from './institutions.js';
import { CAFES, CASH, GROCERS, type Payee, PHARMACIES, PUMPS, RESTAURANTS, RIDES, SHOPS } from './payees.js';
import { type Planned, purchased, settled } from './planned.js';
import { randomFrom } from './random.js';

interface Habit {
  label: string;
  payees: readonly [Payee, ...Payee[]];
  weekday_chance: number;
  weekend_chance: number;
  low_minor: number;
  high_minor: number;
  slot: Slot;
}

const HABITS: readonly Habit[] = [
  {
    label: 'groceries',
    payees: GROCERS,
    weekday_chance: 0.26,
    weekend_chance: 0.5,
    low_minor: 2_400,
    high_minor: 12_800,
    slot: 'checking',
  },
  {
    label: 'coffee',
    payees: CAFES,
    weekday_chance: 0.42,
    weekend_chance: 0.3,
    low_minor: 350,
    high_minor: 940,
    slot: 'checking',
  },
  {
    label: 'ride',
    payees: RIDES,
    weekday_chance: 0.08,
    weekend_chance: 0.18,
    low_minor: 900,
    high_minor: 3_400,
    slot: 'credit',
  },
  {
    label: 'pharmacy',
    payees: PHARMACIES,
    weekday_chance: 0.04,
    weekend_chance: 0.03,
    low_minor: 650,
    high_minor: 4_900,
    slot: 'credit',
  },
];

const REFUND_CHANCE = 0.15;

/** What is bought on one day, and the refunds that follow from it days later. */
export function purchasesOf(seed: string, key: string, date: CalendarDay): Planned[] {
  const weekend = date.weekday === 0 || date.weekday === 6;
  const bought = HABITS.flatMap((habit): Planned[] => {
    const random = randomFrom(seed, key, date.day, habit.label);
    if (!random.chance(weekend ? habit.weekend_chance : habit.weekday_chance)) return [];
    const amount_minor = random.between(habit.low_minor, habit.high_minor);
    const payee = random.pick(habit.payees);
    return [purchased(date.day, habit.label, random, { slot: habit.slot, payee, amount_minor })];
  });
  return [
    ...bought,
    ...dinner(seed, key, date.day, weekend),
    ...fuel(seed, key, date.day),
    ...cash(seed, key, date.day),
    ...shopping(seed, key, date.day),
  ];
}

/** The tip is added when it posts, so the pending amount is smaller. */
function dinner(seed: string, key: string, day: number, weekend: boolean): Planned[] {
  const random = randomFrom(seed, key, day, 'restaurant');
  if (!random.chance(weekend ? 0.45 : 0.22)) return [];
  const pending_minor = random.between(1_400, 8_200);
  const amount_minor = pending_minor + Math.round((pending_minor * random.between(15, 22)) / 100);
  const payee = random.pick(RESTAURANTS);
  return [purchased(day, 'restaurant', random, { slot: 'credit', payee, amount_minor, pending_minor })];
}

/** A pump holds a dollar until it knows what was filled. */
function fuel(seed: string, key: string, day: number): Planned[] {
  const random = randomFrom(seed, key, day, 'fuel');
  if (!random.chance(0.11)) return [];
  const amount_minor = random.between(3_100, 5_900);
  const payee = random.pick(PUMPS);
  return [purchased(day, 'fuel', random, { slot: 'credit', payee, amount_minor, pending_minor: 100 })];
}

function cash(seed: string, key: string, day: number): Planned[] {
  const random = randomFrom(seed, key, day, 'cash');
  if (!random.chance(0.04)) return [];
  return [
    settled(day, 'cash', { slot: 'checking', payee: CASH, amount_minor: random.between(2, 5) * 2_000 }),
  ];
}

function shopping(seed: string, key: string, day: number): Planned[] {
  const random = randomFrom(seed, key, day, 'shopping');
  if (!random.chance(0.09)) return [];
  const payee = random.pick(SHOPS);
  const amount_minor = random.between(1_600, 22_000);
  const order = purchased(day, 'shopping', random, { slot: 'credit', payee, amount_minor });
  if (!random.chance(REFUND_CHANCE)) return [order];
  const refunded = settled(day + random.between(6, 12), `refund/${day}`, {
    slot: 'credit',
    payee: { ...payee, name: `${payee.name} REFUND` },
    amount_minor: -amount_minor,
  });
  return [order, refunded];
}
