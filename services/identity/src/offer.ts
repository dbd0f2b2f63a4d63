import type { Offer } from '@florin/chassis';
import type { IdentityDeps } from './deps.js';
import { operations } from './operations/index.js';
import { resources } from './resources/index.js';

/** All that identity shows to MCP clients. */
export const offer: Offer<IdentityDeps> = { operations, resources, prompts: [] };
