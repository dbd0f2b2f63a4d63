/** Who stands on the other side of a transaction. All names are invented. */
export interface Payee {
  /** Plaid's merchant_name; null where there is no merchant (transfers, interest). */
  merchant_name: string | null;
  /** As the bank's statement prints it. */
  name: string;
  counterparty: 'merchant' | 'financial_institution' | 'income_source' | 'marketplace';
  website: string | null;
  channel: 'in store' | 'online' | 'other';
  /** Plaid's personal finance category: primary, detailed. */
  category: readonly [string, string];
  city?: string;
}

type Payees = readonly [Payee, ...Payee[]];

function shop(merchant_name: string, city: string, category: Payee['category']): Payee {
  const name = `${merchant_name.toUpperCase()} ${city.toUpperCase()}`;
  return {
    merchant_name,
    name,
    counterparty: 'merchant',
    website: null,
    channel: 'in store',
    category,
    city,
  };
}

function online(merchant_name: string, website: string, category: Payee['category']): Payee {
  const name = `${merchant_name.toUpperCase()} ONLINE`;
  return { merchant_name, name, counterparty: 'merchant', website, channel: 'online', category };
}

export function transfer(name: string, category: Payee['category']): Payee {
  return {
    merchant_name: null,
    name,
    counterparty: 'financial_institution',
    website: null,
    channel: 'other',
    category,
  };
}

const groceries = ['FOOD_AND_DRINK', 'FOOD_AND_DRINK_GROCERIES'] as const;
const restaurant = ['FOOD_AND_DRINK', 'FOOD_AND_DRINK_RESTAURANT'] as const;
const coffee = ['FOOD_AND_DRINK', 'FOOD_AND_DRINK_COFFEE'] as const;
const gas = ['TRANSPORTATION', 'TRANSPORTATION_GAS'] as const;
const taxi = ['TRANSPORTATION', 'TRANSPORTATION_TAXIS_AND_RIDE_SHARES'] as const;
const clothing = ['GENERAL_MERCHANDISE', 'GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES'] as const;

export const GROCERS: Payees = [
  shop('Greenleaf Market', 'Portland', groceries),
  shop('Corner Basket', 'Portland', groceries),
  shop('Harvest & Co', 'Beaverton', groceries),
  shop('Sunrise Grocers', 'Portland', groceries),
];
export const RESTAURANTS: Payees = [
  shop('Blue Anchor Diner', 'Portland', restaurant),
  shop('Casa Limone', 'Portland', restaurant),
  shop('Noodle Orchard', 'Portland', restaurant),
  shop('The Copper Kettle', 'Beaverton', restaurant),
  shop('Saffron Lane', 'Portland', restaurant),
];
export const CAFES: Payees = [
  shop('Third Street Coffee', 'Portland', coffee),
  shop('Paper Moon Cafe', 'Portland', coffee),
];
export const PUMPS: Payees = [shop('Northline Fuel', 'Portland', gas), shop('Ridgeway Gas', 'Tigard', gas)];
export const RIDES: Payees = [online('Hopalong Rides', 'hopalong.example', taxi)];
export const SHOPS: Payees = [
  online('Parcel Lane', 'parcellane.example', [
    'GENERAL_MERCHANDISE',
    'GENERAL_MERCHANDISE_ONLINE_MARKETPLACES',
  ]),
  online('Bright Circuit', 'brightcircuit.example', [
    'GENERAL_MERCHANDISE',
    'GENERAL_MERCHANDISE_ELECTRONICS',
  ]),
  online('Fern & Thread', 'fernandthread.example', clothing),
  shop('Oakwell Outfitters', 'Portland', clothing),
];
export const PHARMACIES: Payees = [
  shop('Wellspring Pharmacy', 'Portland', ['MEDICAL', 'MEDICAL_PHARMACIES_AND_SUPPLEMENTS']),
];
export const TRANSIT = online('Metro Transit', 'metrotransit.example', [
  'TRANSPORTATION',
  'TRANSPORTATION_PUBLIC_TRANSIT',
]);

export const ELECTRICITY = online('Cascade Power', 'cascadepower.example', [
  'RENT_AND_UTILITIES',
  'RENT_AND_UTILITIES_GAS_AND_ELECTRICITY',
]);
export const INTERNET = online('Clearwave Internet', 'clearwave.example', [
  'RENT_AND_UTILITIES',
  'RENT_AND_UTILITIES_INTERNET_AND_CABLE',
]);
export const MOBILE = online('Linnet Mobile', 'linnet.example', [
  'RENT_AND_UTILITIES',
  'RENT_AND_UTILITIES_TELEPHONE',
]);
export const WATER = online('City Water Bureau', 'citywater.example', [
  'RENT_AND_UTILITIES',
  'RENT_AND_UTILITIES_WATER',
]);

export const VIDEO = online('Streamhouse', 'streamhouse.example', [
  'ENTERTAINMENT',
  'ENTERTAINMENT_TV_AND_MOVIES',
]);
export const MUSIC = online('Tunewell', 'tunewell.example', [
  'ENTERTAINMENT',
  'ENTERTAINMENT_MUSIC_AND_AUDIO',
]);
export const STORAGE = online('Cloudkeep Storage', 'cloudkeep.example', [
  'GENERAL_SERVICES',
  'GENERAL_SERVICES_OTHER_GENERAL_SERVICES',
]);
export const GYM = shop('Ironworks Fitness', 'Portland', [
  'PERSONAL_CARE',
  'PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS',
]);

export const CASH = transfer('ATM WITHDRAWAL', ['TRANSFER_OUT', 'TRANSFER_OUT_WITHDRAWAL']);
export const CARD_PAYMENT_SENT = transfer('CREDIT CARD AUTOPAY', [
  'LOAN_PAYMENTS',
  'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT',
]);
export const CARD_PAYMENT_RECEIVED = transfer('AUTOPAY PAYMENT THANK YOU', [
  'LOAN_PAYMENTS',
  'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT',
]);
export const TO_SAVINGS = transfer('TRANSFER TO SAVINGS', ['TRANSFER_OUT', 'TRANSFER_OUT_ACCOUNT_TRANSFER']);
export const FROM_CHECKING = transfer('TRANSFER FROM CHECKING', [
  'TRANSFER_IN',
  'TRANSFER_IN_ACCOUNT_TRANSFER',
]);
export const TO_CHECKING = transfer('TRANSFER TO CHECKING', [
  'TRANSFER_OUT',
  'TRANSFER_OUT_ACCOUNT_TRANSFER',
]);
export const FROM_SAVINGS = transfer('TRANSFER FROM SAVINGS', [
  'TRANSFER_IN',
  'TRANSFER_IN_ACCOUNT_TRANSFER',
]);
export const INTEREST = transfer('INTEREST PAID', ['INCOME', 'INCOME_INTEREST_EARNED']);

export const LISBON_LET = transfer('TRF ALUGUER RUA DAS FLORES', ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT']);
export const LISBON_CONDOMINIUM = online('Condominio Rua das Flores', 'condominio.example', [
  'HOME_IMPROVEMENT',
  'HOME_IMPROVEMENT_REPAIR_AND_MAINTENANCE',
]);

export const EMPLOYERS: readonly [string, ...string[]] = [
  'Tidewater Analytics',
  'Juniper Robotics',
  'Halden Publishing',
  'Summit Health Group',
];
export const LANDLORDS: readonly [string, ...string[]] = [
  'Harborview Properties',
  'Elm Court Apartments',
  'Foxglove Residential',
];
