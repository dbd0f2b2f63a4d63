import type { Offer } from '@florin/chassis';
import type { PaymentsDeps } from './deps.js';
import { operations } from './operations/index.js';
import { prompts } from './prompts/index.js';
import { resources } from './resources/index.js';

/** All that payments shows to MCP clients. */
export const offer: Offer<PaymentsDeps> = { operations, resources, prompts };
