/** What a token can open, in the words that a person is shown when asked to consent. */
export const scopes = {
  'profile:read': 'See your profile, permissions and security settings',
  'profile:write': 'Change your profile and security settings',
  'banking:read': 'See your linked bank accounts, balances and transactions',
  'banking:write': 'Link, unlink and refresh your bank accounts',
  'payments:read': 'See your wallets, payment methods and payment history',
  'payments:write': 'Pay and refund from your wallets and payment methods',
  'investing:read': 'See your portfolios, orders and market data',
  'investing:trade': 'Place and cancel orders for you',
  'billing:read': 'See your subscription, invoices and usage',
  'billing:write': 'Change your subscription and pay invoices',
  'keys:manage': 'Make and revoke API keys for you',
  'fraud:read': 'See fraud alerts and risk reports',
  'fraud:review': 'Decide fraud cases and change fraud rules',
  'audit:read': 'See the audit trail',
  admin: 'Manage users, roles and service accounts',
} as const;

export type Scope = keyof typeof scopes;

export const allScopes = Object.keys(scopes) as Scope[];

export function isScope(value: string): value is Scope {
  return Object.hasOwn(scopes, value);
}
