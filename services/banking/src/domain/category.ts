/**
 * What a transaction was for, coarse enough to add up by. The values are the primary ones of Plaid's personal finance
 * categories in lower case (https://plaid.com/documents/transactions-personal-finance-category-taxonomy.csv).
 */
export const categories = [
  'bank_fees',
  'entertainment',
  'food_and_drink',
  'general_merchandise',
  'general_services',
  'government_and_non_profit',
  'home_improvement',
  'income',
  'loan_payments',
  'medical',
  'other',
  'personal_care',
  'rent_and_utilities',
  'transfer_in',
  'transfer_out',
  'transportation',
  'travel',
] as const;

export type Category = (typeof categories)[number];

/** What a bank calls a category; one that is not known here is `other`, so that a new one breaks nothing. */
export function toCategory(name: string | null): Category {
  const lower = name?.toLowerCase();
  return categories.find((category) => category === lower) ?? 'other';
}

/** Why a transaction is no spending. */
export type NotSpending = 'income' | 'transfer' | 'credit_card_payment';

/**
 * Transfers between somebody's own accounts and payments of a credit card's bill would count the same money twice: what
 * was bought with the card is there already.
 * @returns undefined for what counts as spending
 */
export function whyNotSpending(category: Category, category_detail: string): NotSpending | undefined {
  if (category === 'income') return 'income';
  if (category_detail === 'loan_payments_credit_card_payment') return 'credit_card_payment';
  // Cash drawn is spent, though nobody can say on what.
  if (category_detail === 'transfer_out_withdrawal') return undefined;
  return category === 'transfer_in' || category === 'transfer_out' ? 'transfer' : undefined;
}
