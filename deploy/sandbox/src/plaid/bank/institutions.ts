/** One account a person holds, before an Item gives it an id. */
export interface AccountKind {
  slot: Slot;
  name: string;
  official_name: string;
  type: 'depository' | 'credit';
  subtype: 'checking' | 'savings' | 'credit card';
  currency: 'USD' | 'EUR';
  /** What was in it, or owed on it, two years before the Item was made. */
  opening_minor: number;
  limit_minor: number | null;
}

export type Slot = 'checking' | 'savings' | 'credit' | 'euro';

export interface Institution {
  institution_id: string;
  name: string;
  url: string;
  primary_color: string;
  country_codes: readonly string[];
  accounts: readonly AccountKind[];
}

function checking(name: string, official_name: string): AccountKind {
  return {
    slot: 'checking',
    name,
    official_name,
    type: 'depository',
    subtype: 'checking',
    currency: 'USD',
    opening_minor: 385_000,
    limit_minor: null,
  };
}

function savings(name: string, official_name: string): AccountKind {
  return {
    slot: 'savings',
    name,
    official_name,
    type: 'depository',
    subtype: 'savings',
    currency: 'USD',
    opening_minor: 1_240_000,
    limit_minor: null,
  };
}

function creditCard(name: string, official_name: string, limit_minor: number): AccountKind {
  return {
    slot: 'credit',
    name,
    official_name,
    type: 'credit',
    subtype: 'credit card',
    currency: 'USD',
    opening_minor: 41_250,
    limit_minor,
  };
}

const euro: AccountKind = {
  slot: 'euro',
  name: 'Meridian Euro Account',
  official_name: 'Meridian Euro Multi-Currency Savings',
  type: 'depository',
  subtype: 'savings',
  currency: 'EUR',
  opening_minor: 210_000,
  limit_minor: null,
};

export const INSTITUTIONS: readonly Institution[] = [
  {
    institution_id: 'ins_910001',
    name: 'First Harbor Bank',
    url: 'https://firstharbor.example',
    primary_color: '#0b4f6c',
    country_codes: ['US'],
    accounts: [
      checking('Harbor Checking', 'First Harbor Everyday Checking'),
      savings('Harbor Savings', 'First Harbor High-Yield Savings'),
      creditCard('Harbor Card', 'First Harbor Cash Rewards Card', 800_000),
    ],
  },
  {
    institution_id: 'ins_910002',
    name: 'Meridian Credit Union',
    url: 'https://meridiancu.example',
    primary_color: '#3d5a2a',
    country_codes: ['US', 'CA'],
    accounts: [
      checking('Meridian Checking', 'Meridian Member Checking'),
      savings('Meridian Savings', 'Meridian Member Share Savings'),
      creditCard('Meridian Card', 'Meridian Low Rate Credit Card', 650_000),
      euro,
    ],
  },
];

export function institutionById(institution_id: string): Institution | undefined {
  return INSTITUTIONS.find((institution) => institution.institution_id === institution_id);
}
