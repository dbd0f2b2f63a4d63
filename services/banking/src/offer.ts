import type { Offer } from '@florin/chassis';
import type { BankingDeps } from './deps.js';
import { operations } from './operations/index.js';
import { prompts } from './prompts/index.js';
import { resources } from './resources/index.js';

/** All that banking shows to MCP clients. */
export const offer: Offer<BankingDeps> = { operations, resources, prompts };
