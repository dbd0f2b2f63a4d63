import { EMPLOYERS, LANDLORDS, type Payee, transfer } from './payees.js';
import { randomFrom } from './random.js';

/** The life behind one sign-in: what stays the same from month to month. */
export interface Person {
  salary: Payee;
  salary_minor: number;
  /** Paid every 14 days, on the Fridays with this parity of week. */
  payday_parity: 0 | 1;
  rent: Payee;
  rent_minor: number;
  gym_day: number;
  /** Days after the history begins at which the subscriptions become dearer. */
  video_rise_after_days: number;
  music_rise_after_days: number;
}

/** The same seed and key describe the same person, whatever the clock says. */
export function describePerson(seed: string, key: string): Person {
  const random = randomFrom(seed, key, 'person');
  const employer = random.pick(EMPLOYERS);
  const landlord = random.pick(LANDLORDS);
  return {
    salary: {
      ...transfer(`${employer.toUpperCase()} PAYROLL PPD`, ['INCOME', 'INCOME_WAGES']),
      merchant_name: employer,
      counterparty: 'income_source',
    },
    salary_minor: random.between(228_000, 268_000),
    payday_parity: random.chance(0.5) ? 0 : 1,
    rent: {
      ...transfer(`${landlord.toUpperCase()} RENT`, ['RENT_AND_UTILITIES', 'RENT_AND_UTILITIES_RENT']),
      merchant_name: landlord,
      counterparty: 'merchant',
    },
    rent_minor: random.between(29, 35) * 5_000,
    gym_day: random.between(2, 9),
    video_rise_after_days: random.between(400, 560),
    music_rise_after_days: random.between(430, 640),
  };
}

/** The last digits on a card or statement. */
export function maskOf(seed: string, key: string, slot: string): string {
  return String(randomFrom(seed, key, 'mask', slot).between(1_000, 9_999));
}
