import { explainATransaction } from './explain-a-transaction.js';
import { monthlyFinancialReview } from './monthly-financial-review.js';

export const prompts = [explainATransaction, monthlyFinancialReview];
