import { runProcess } from '@florin/chassis';
import { startBanking } from './banking.js';

await runProcess(() => startBanking(process.env));
