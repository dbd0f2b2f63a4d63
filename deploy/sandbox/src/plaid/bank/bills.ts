import type { CalendarDay } from './days.js';
import {
  ELECTRICITY,
  GYM,
  INTERNET,
  LISBON_CONDOMINIUM,
  LISBON_LET,
  MOBILE,
  MUSIC,
  STORAGE,
  TRANSIT,
  VIDEO,
  WATER,
} from './payees.js';
import type { Person } from './person.js';
import { type Planned, purchased, settled } from './planned.js';
import { type Random, randomFrom } from './random.js';

const FRIDAY = 5;
const MONDAY = 1;
/** Electricity costs this share of its winter price, by month from January. */
const ELECTRICITY_PERCENT = [100, 96, 84, 66, 55, 58, 70, 72, 56, 60, 80, 97];

/** Salary, rent, utilities and subscriptions that fall on this day. `age_days` counts from the first day of history. */
export function regularsOf(
  seed: string,
  key: string,
  person: Person,
  date: CalendarDay,
  age_days: number,
): Planned[] {
  const random = randomFrom(seed, key, date.day, 'regulars');
  return [
    ...wages(person, date, age_days),
    ...housing(person, date, age_days, random),
    ...subscriptions(person, date, age_days, random),
    ...lisbon(date),
  ];
}

function wages(person: Person, { day, weekday }: CalendarDay, age_days: number): Planned[] {
  const week = Math.floor((day + 3) / 7);
  if (weekday !== FRIDAY || week % 2 !== person.payday_parity) return [];
  // A raise of three percent after the first year.
  const salary_minor = age_days < 365 ? person.salary_minor : Math.round(person.salary_minor * 1.03);
  return [settled(day, 'salary', { slot: 'checking', payee: person.salary, amount_minor: -salary_minor })];
}

function housing(person: Person, date: CalendarDay, age_days: number, random: Random): Planned[] {
  const debit = (label: string, payee: Person['rent'], amount_minor: number) =>
    settled(date.day, label, { slot: 'checking', payee, amount_minor });
  switch (date.day_of_month) {
    case 1:
      return [debit('rent', person.rent, person.rent_minor + (age_days < 365 ? 0 : 5_000))];
    case 5: {
      const percent = ELECTRICITY_PERCENT[date.month - 1] ?? 100;
      return [
        debit('electricity', ELECTRICITY, Math.round((random.between(11_800, 14_200) * percent) / 100)),
      ];
    }
    case 12:
      return [debit('internet', INTERNET, 6_499)];
    case 18:
      return date.month % 3 === 0 ? [debit('water', WATER, random.between(9_400, 12_900))] : [];
    case 20:
      return [debit('mobile', MOBILE, 4_500)];
    default:
      return [];
  }
}

function subscriptions(person: Person, date: CalendarDay, age_days: number, random: Random): Planned[] {
  const charges: Planned[] = [];
  const charge = (label: string, payee: Person['rent'], amount_minor: number) =>
    charges.push(purchased(date.day, label, random, { slot: 'credit', payee, amount_minor }));
  if (date.day_of_month === person.gym_day) charge('gym', GYM, 3_900);
  if (date.day_of_month === 8)
    charge('video', VIDEO, age_days < person.video_rise_after_days ? 1_199 : 1_399);
  if (date.day_of_month === 15)
    charge('music', MUSIC, age_days < person.music_rise_after_days ? 1_099 : 1_199);
  if (date.day_of_month === 23) charge('storage', STORAGE, 299);
  if (date.weekday === MONDAY) charge('transit', TRANSIT, 2_850);
  return charges;
}

/** A small flat let out in Lisbon, for the account held in euro. */
function lisbon({ day, day_of_month }: CalendarDay): Planned[] {
  if (day_of_month === 3)
    return [settled(day, 'let', { slot: 'euro', payee: LISBON_LET, amount_minor: -64_000 })];
  if (day_of_month === 10) {
    return [settled(day, 'condominium', { slot: 'euro', payee: LISBON_CONDOMINIUM, amount_minor: 8_540 })];
  }
  return [];
}
