import { payABill } from './pay-a-bill.js';

export const prompts = [payABill];
