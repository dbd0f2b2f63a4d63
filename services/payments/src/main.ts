import { runProcess } from '@florin/chassis';
import { startPayments } from './payments.js';

await runProcess(() => startPayments(process.env));
