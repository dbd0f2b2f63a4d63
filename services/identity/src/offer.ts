import type { Offer } from '@florin/chassis';
import type { IdentityDeps } from './deps.js';
import { operations } from './operations/index.js';
import { resources } from './resources/index.js';

/** All that identity can show to MCP clients. */
export const offer: Offer<IdentityDeps> = { operations, resources, prompts: [] };

/** Through these a person's password passes through the agent and its model. */
const passwordOperations = ['authenticate_user', 'register_user', 'reset_password'];

/** The same, without what takes a password: people then sign in at identity's own pages alone. */
export const offerWithoutPasswords: Offer<IdentityDeps> = {
  ...offer,
  operations: operations.filter(({ name }) => !passwordOperations.includes(name)),
};
